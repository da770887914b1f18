import Testing

@Test func AudioFilesBuilds() {}
