import Testing

@Test func EndToEndBuilds() {}
