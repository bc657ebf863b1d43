public import IgniteSyntax

/// Long explanations of what stands in the way of writing, for `allframe explain`.
public enum WritingExplanations {
  /// The explanation of a code; absent for codes of others.
  public static func text(of code: Diagnostic.Code) -> String? {
    all.first { $0.code == code }?.text
  }

  /// Every code of comparing, formatting and writing with its explanation, sorted by code.
  public static let all: [(code: Diagnostic.Code, text: String)] =
    (contracts + memory + target + formatting).sorted { $0.code.description < $1.code.description }

  /// What is told of contracts that were written before.
  private static let contracts: [(code: Diagnostic.Code, text: String)] = [
    (
      "breaking-contract",
      """
      The last run wrote a contract for each event into `contracts/events/`, and others may rely on \
      it. Now the same version of the event has another form, in a way that \
      `settings.events.compatibility` does not allow: with `backward`, whoever knows the new form must \
      be able to read events that were sent before; with `forward`, whoever knows the old one must be \
      able to read new events; `full` is both and `none` neither.

      Keep the form, or raise the version: `event_versions = { OrderPlaced = 2 }` in the service that \
      publishes it. Then `upcast` in `crates/events` brings events of earlier versions to the new form.

      What a service offers over gRPC is held to the contract in its `proto/` alike: fields, words and \
      methods keep their numbers and types, what callers have to say does not grow, and what they \
      always find does not go. Keep it, or raise `grpc = { version = 2 }` in the service: its package gets \
      another name then, and callers go over to it when they are generated again.
      """
    ),
    (
      "version-lowered",
      """
      The last run wrote the contract of a later version of the event. Events of that version may have \
      been sent, and nobody could read them any more. Give the event the later version, or one after it.
      """
    ),
  ]

  /// What is told of the files below `.allframe/`.
  private static let memory: [(code: Diagnostic.Code, text: String)] = [
    (
      "beside-exists",
      """
      With `--conflict side-by-side` the new text of a file that you changed is written beside it, \
      with another ending. Such a file is still there from an earlier run and is not what would be \
      written now, so you may have worked on it. Merge it into the file beside it, or delete it, and \
      run again.
      """
    ),
    (
      "journal-damaged",
      """
      While files are written, `.allframe/journal` says which ones, so that the next run can bring a \
      run to its end that was killed. This one is not what the program writes. Delete it: then what \
      the interrupted run has written stays, counts as changed by you where it differs, and is not \
      overwritten.
      """
    ),
    (
      "manifest-damaged",
      """
      `.allframe/manifest.json` says what was written last, so that your changes can be told from \
      those of the generator. This one cannot be read. Bring it back from version control; or delete \
      it, and every file that differs from the plan counts as changed by you.
      """
    ),
    (
      "manifest-newer",
      """
      A newer version of the program wrote this platform, in a format that this one does not know. \
      Nothing is touched, because a guess could take your changes for its own. Update the program.
      """
    ),
  ]

  /// What is told of the folder that is written to.
  private static let target: [(code: Diagnostic.Code, text: String)] = [
    (
      "target-busy",
      """
      One run at a time writes to a platform; another one holds the lock in `.allframe/`. The lock \
      ends with that run, also when it is killed, so waiting is enough.
      """
    ),
    (
      "target-changed",
      """
      Between the moment when plan and disk were compared and the moment of writing another run wrote \
      here. What you were shown is no longer what would happen, so nothing was written. Run again.
      """
    ),
    (
      "target-not-a-file",
      """
      A file is to be written where a folder, a pipe, a socket or a device stands, or something larger \
      than any file that is generated. Move it out of the way, or rename the part of the architecture \
      that the file belongs to.
      """
    ),
    (
      "target-not-a-folder",
      """
      Files are to be written below a path that is a file. Move it out of the way, or rename the part \
      of the architecture that the folder belongs to.
      """
    ),
    (
      "target-refused",
      """
      The system refused to read or write, for the reason in the message: missing permission, a disk \
      that is full or read-only, a name that the disk cannot hold. Nothing is left half-written; what \
      was begun is completed or taken back by the next run.
      """
    ),
    (
      "target-symlink",
      """
      A symbolic link stands where a file or folder of the platform should be. Links are never \
      followed, because they can lead out of the platform's folder. Replace the link with what it \
      points to.
      """
    ),
  ]

  /// What is told of rustfmt.
  private static let formatting: [(code: Diagnostic.Code, text: String)] = [
    (
      "rustfmt-failed",
      """
      Generated Rust is formatted by the `rustfmt` on your path. It could not be run, or it ended \
      without an answer. The files are written as they are, valid but not formatted, and the next run \
      with a working rustfmt formats them. `--no-format` leaves it out on purpose.
      """
    ),
    (
      "rustfmt-refused",
      """
      `rustfmt` could not read one of the generated files, so the file is written as it is. Generated \
      Rust should always be readable: when the template is your own, mend it; when it is one of the \
      program's, the catalog has a fault.
      """
    ),
  ]
}
