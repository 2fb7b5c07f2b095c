import Findings
import Testing

@Suite struct WithoutPasswordsTests {
  @Test(
    arguments: [
      ("server: https://u:hush@h:6443/a@b", "server: https://u:***@h:6443/a@b"),
      ("https://a:1,https://u:hu,s@h@b:2", "https://a:1,https://u:***@b:2"),
      ("https://u:hush@a,http://v:hush@b", "https://u:***@a,http://v:***@b"),
      ("http://token@h and 'postgres://u:hush@h'", "http://***@h and 'postgres://u:***@h'"),
      ("mysql://u:hush@tcp(db:3306)/k3s", "mysql://u:***@tcp(db:3306)/k3s"),
      ("mail to a@b, https://h/?q=a@b", "mail to a@b, https://h/?q=a@b"),
      ("://@", "://***@"), ("a@b://", "a@b://"), ("é://ü:ö@ä", "é://ü:***@ä"),
    ])
  func passwordsAreTakenOut(_ text: String, _ shown: String) {
    #expect(withoutPasswords(text) == shown)
    let rule = Rule("a/b", .low, "t", why: "w", fix: "f", controls: [])
    #expect(Finding(rule, text).message == shown)
  }
}
