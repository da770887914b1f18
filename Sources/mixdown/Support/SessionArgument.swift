import ArgumentParser

/// Splits a command's arguments: what ends in `.yaml` or `.yml`, or names a folder, is the
/// session; everything else is not. Without one the session is `session.yaml` here.
struct SessionArguments {
  var session: String
  var rest: [String]

  init(_ arguments: [String]) throws {
    var session: String?
    var rest: [String] = []
    for argument in arguments {
      let isSession =
        argument.hasSuffix(".yaml") || argument.hasSuffix(".yml") || Files.isFolder(argument)
      if isSession && session == nil {
        session = argument
      } else if isSession {
        throw ValidationError(
          "two sessions are named: '\(session ?? "")' and '\(argument)'; name one")
      } else {
        rest.append(argument)
      }
    }
    let path = session ?? "session.yaml"
    self.session = Files.isFolder(path) ? Files.join(path, "session.yaml") : path
    self.rest = rest
  }
}
