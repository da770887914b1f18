import Testing

@Test func MasteringBuilds() {}
