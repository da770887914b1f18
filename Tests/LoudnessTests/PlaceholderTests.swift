import Testing

@Test func LoudnessBuilds() {}
