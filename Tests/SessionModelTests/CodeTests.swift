import SessionModel
import Testing

struct CodeTests {
  @Test(arguments: [
    ("USS1Z2600001", "USS1Z2600001"), ("US-S1Z-26-00001", "USS1Z2600001"),
    ("uss1z2600001", "USS1Z2600001"), ("GBAYE0000351", "GBAYE0000351"),
    ("ISRC DE-A12-99-12345", "DEA129912345"),
  ])
  func recordingCodesAreReadWithAndWithoutHyphens(_ written: String, _ text: String) {
    #expect(RecordingCode(written)?.text == text)
  }

  @Test(arguments: [
    "", "US1", "USS1Z260000", "USS1Z26000011", "1SS1Z2600001", "USS1ZX600001", "US_S1Z_26_00001",
    "U-SS1Z-26-00001", "USS1Z26O0001", "ÜSS1Z2600001",
  ])
  func whatIsNoRecordingCodeIsTold(_ written: String) { #expect(RecordingCode(written) == nil) }

  @Test(arguments: [
    ("0602435710235", "0602435710235"), ("602435710235", "0602435710235"),
    ("4 006381 333931", "4006381333931"), ("036000291452", "0036000291452"),
  ])
  func productCodesHaveThirteenDigits(_ written: String, _ text: String) {
    #expect(ProductCode(written)?.text == text)
  }

  @Test(arguments: [
    ("0602435710234", "0602435710235"), ("4006381333932", "4006381333931"),
    ("036000291453", "0036000291452"),
  ])
  func aWrongCheckDigitIsFoundAndPutRight(_ written: String, _ corrected: String) {
    #expect(ProductCode(written) == nil)
    #expect(ProductCode.corrected(written) == corrected)
  }

  @Test(arguments: [
    ("en", "eng"), ("en-GB", "eng"), ("DE", "deu"), ("fr", "fra"), ("zh-Hant-TW", "zho"),
    ("yue", "yue"),
  ])
  func languagesHaveThreeLetters(_ written: String, _ text: String) {
    #expect(LanguageCode(written)?.text == text)
  }

  @Test(arguments: ["", "English", "e", "xx", "en_GB", "en-", "dé"])
  func whatIsNoLanguageCodeIsTold(_ written: String) { #expect(LanguageCode(written) == nil) }

  @Test(arguments: ["", "12345", "40063813339311", "400638133393X"])
  func whatIsNoProductCodeIsTold(_ written: String) {
    #expect(ProductCode(written) == nil && ProductCode.corrected(written) == nil)
  }
}
