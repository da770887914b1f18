import Testing

@Test func SignalBuilds() {}
