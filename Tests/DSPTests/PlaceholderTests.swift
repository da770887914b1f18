import Testing

@Test func DSPBuilds() {}
