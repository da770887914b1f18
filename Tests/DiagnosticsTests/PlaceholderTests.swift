import Testing

@Test func DiagnosticsBuilds() {}
