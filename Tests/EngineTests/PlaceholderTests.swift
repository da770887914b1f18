import Testing

@Test func EngineBuilds() {}
