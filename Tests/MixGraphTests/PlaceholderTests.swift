import Testing

@Test func MixGraphBuilds() {}
