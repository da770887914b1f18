import Testing

@Test func SessionModelBuilds() {}
