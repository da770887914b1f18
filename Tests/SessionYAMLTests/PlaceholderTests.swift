import Testing

@Test func SessionYAMLBuilds() {}
