import AudioFiles
import Diagnostics
import Engine
import Mastering
import MixGraph
import SessionModel
import Signal

extension AlbumJob {
  /// Makes every file of the delivery.
  ///
  /// - Returns: why it could not; nil: it is done.
  mutating func render(
    _ run: AlbumRun, _ cancellation: Cancellation, _ store: Store?,
    _ outcome: inout BuildRun.Outcome
  ) throws -> Failure? {
    let environment = DeliveryEnvironment(
      folder: run.outputFolder, store: store,
      workers: run.options.j ?? RenderOptions.processorCount, cancellation: cancellation)
    var sources: [PieceSpill] = []
    for file in files {
      guard
        let source = file.streams.stream(file.lowered.from, run, cancellation, &outcome)
      else { return .said }
      sources.append(source)
      guard Files.makeFolders(Files.folder(of: file.path)) else {
        outcome.ioFailures.append("\(Files.folder(of: file.path)): the folder cannot be made")
        return .said
      }
    }
    var loudest: Int?
    if delivery.isTogether, files.contains(where: { $0.form.gain == nil }) {
      switch solve(sources, environment) {
      case .failure(let box): return box.failure
      case .success(let solution):
        for index in files.indices { files[index].form.gain = solution.gain }
        loudest = solution.loudest
      }
    }
    return isCut
      ? cut(sources[0], loudest, run, environment)
      : write(sources, loudest, environment, cancellation)
  }

  private func solve(
    _ sources: [PieceSpill], _ environment: DeliveryEnvironment
  ) -> Result<AlbumGain.Solution, FailureBox> {
    var songs: [AlbumGain.Song] = []
    var seen: [ObjectIdentifier] = []
    for (file, source) in zip(files, sources) where !seen.contains(ObjectIdentifier(source)) {
      seen.append(ObjectIdentifier(source))
      for range in songRanges(file.streams.programme) {
        songs.append(
          AlbumGain.Song(source: source, range: FrameRange(range.lowerBound, range.upperBound)))
      }
    }
    do throws(RenderFailure) {
      switch try AlbumGain.solve(files[0].form, songs, environment: environment) {
      case .success(let solution): return .success(solution)
      case .failure(let obstacle):
        return .failure(FailureBox(.unreachable(obstacle, files[0])))
      }
    } catch {
      return .failure(FailureBox(.render(error, files[0].streams)))
    }
  }

  /// Each file on its own.
  private mutating func write(
    _ sources: [PieceSpill], _ loudest: Int?, _ environment: DeliveryEnvironment,
    _ cancellation: Cancellation
  ) -> Failure? {
    let discRanges = isDisc && delivery.form != .sides ? self.discRanges() : []
    for index in order(loudest) {
      if cancellation.isCancelled { return .said }
      let file = files[index]
      var form = file.form
      // Where the gain is given nothing is solved or corrected for one file alone; the loudest song's
      // encoder is heard for all.
      if index == loudest, form.isLossyFile, delivery.form == .each {
        form.followsEncoder = true
      } else if form.gain != nil {
        form.loudness = nil
      }
      if index < discRanges.count { form.discRange = discRanges[index] }
      do throws(DeliveryRender.Failure) {
        // Settings that other songs have a say in are not kept under one song's sound.
        let sound = form.gain == nil && form.discRange == nil ? file.sound : nil
        let made = try DeliveryRender(
          form, path: file.path, environment: environment, sound: sound
        ).run(sources[index])
        if form.followsEncoder {
          for other in files.indices { files[other].form.gain = made.measures.gain }
        }
        var facts = made.facts
        facts.measures = made.measures.kept
        if delivery.form == .each {
          facts.measures.append(loudest == index ? 1 : 0)
        } else {
          // The file may begin before its programme or behind it, and end anywhere.
          let pieces = songPieces(file).map { piece in
            (piece.lowerBound - made.start..<piece.upperBound - made.start)
              .clamped(to: 0..<max(0, facts.frames))
          }
          facts.measures += try songValues(file, pieces: pieces)
        }
        keep(facts, index, environment.store)
      } catch {
        switch error {
        case .unreachable(let obstacle): return .unreachable(obstacle, file)
        case .loop: return .file("its loop does not lie in it", file)
        case .file(let reason): return .file(reason, file)
        case .render(let failure): return .render(failure, file.streams)
        }
      }
    }
    return nil
  }

  /// The files, that of the loudest song first.
  private func order(_ loudest: Int?) -> [Int] {
    let rest = files.indices.filter { $0 != loudest }
    return delivery.form == .each ? (loudest.map { [$0] } ?? []) + rest : Array(files.indices)
  }

  /// The whole programme once, and every file cut from it.
  private mutating func cut(
    _ source: PieceSpill, _ loudest: Int?, _ run: AlbumRun, _ environment: DeliveryEnvironment
  ) -> Failure? {
    let first = files[0]
    let gain = first.form.gain ?? 0
    let whole = Files.join(
      run.outputFolder, ".\(FileNames.safe(delivery.name)).\(Console.processIdentifier).part")
    defer { Files.remove(whole) }
    let pieces = pieces()
    do throws(DeliveryRender.Failure) {
      let made = try DeliveryRender(
        first.form.uncut(gain: gain), path: whole, environment: environment
      ).run(source)
      let audio = try open(whole)
      // It is read without its name: a build that is killed leaves nothing.
      Files.remove(whole)
      let reductions = try reductions(source, made.measures, pieces, environment)
      for index in files.indices {
        let file = files[index]
        let isLast = index == files.count - 1
        let piece = audio.piece(pieces[index], multipleOf: isLast ? frame : 1)
        let result = try DeliveryRender(
          file.form.untouched, path: file.path, environment: environment
        ).run(piece)
        var measures = result.measures
        measures["gain"] = gain
        measures["gain-reduction"] = reductions[index]
        measures["ceiling"] = made.measures["ceiling"]
        var facts = result.facts
        if made.facts.clippedSamples > 0 {
          facts.clippedSamples = try clippedSamples(file, audio, pieces[index])
        }
        facts.measures = measures.kept
        if delivery.form == .each {
          facts.measures.append(loudest == index ? 1 : 0)
        } else {
          facts.measures += try songValues(file, pieces: songPieces(file))
        }
        keep(facts, index, environment.store)
      }
      return nil
    } catch {
      switch error {
      case .unreachable(let obstacle): return .unreachable(obstacle, first)
      case .loop: return .file("its loop does not lie in it", first)
      case .file(let reason): return .file(reason, first)
      case .render(let failure): return .render(failure, first.streams)
      }
    }
  }

  /// dB that the limiter took away in each piece of a programme that was `made` as a whole.
  private func reductions(
    _ source: PieceSpill, _ made: DeliveryMeasures, _ pieces: [Range<Int64>],
    _ environment: DeliveryEnvironment
  ) throws(DeliveryRender.Failure) -> [Double] {
    guard let most = made["gain-reduction"], most > 0, let ceiling = made["ceiling"],
      pieces.count > 1
    else { return pieces.map { _ in made["gain-reduction"] ?? 0 } }
    do throws(RenderFailure) {
      return try AlbumGain.reductions(
        files[0].form, source, pieces, gain: made.gain, ceiling: ceiling,
        environment: environment)
    } catch {
      throw .render(error)
    }
  }

  /// Of a piece of a programme in which samples were cut off: those at full scale.
  private func clippedSamples(
    _ file: File, _ audio: SoundFilePieces, _ piece: Range<Int64>
  ) throws(DeliveryRender.Failure) -> Int64 {
    guard case .integer(let bits) = file.form.format.encoding else { return 0 }
    do throws(RenderFailure) {
      return Int64(try audio.samplesAtFullScale(piece, bits: bits))
    } catch {
      throw .render(error)
    }
  }

  private func open(_ path: String) throws(DeliveryRender.Failure) -> SoundFilePieces {
    do throws(SoundFileError) {
      return try SoundFilePieces(path: path)
    } catch {
      throw .file(error.message)
    }
  }

  private mutating func keep(_ facts: FileFacts, _ index: Int, _ store: Store?) {
    files[index].facts = facts
    guard let key = files[index].key else { return }
    store?.keep(facts, ofFile: files[index].path, key: key)
    store?.keep(
      files[index].fields + DeliveryExplanation.stamp(of: files[index].path),
      ofFile: files[index].path)
  }

  // MARK: Songs in a file

  /// Where each song lies in the file, at the file's rate.
  func songPieces(_ file: File) -> [Range<Int64>] {
    songRanges(file.streams.programme).map { range in
      let start = file.form.fileFrames(range.lowerBound)
      return start..<max(start, file.form.fileFrames(range.upperBound))
    }
  }

  /// What each song of a finished file measures, by the metric of the loudness asked for.
  private func songValues(
    _ file: File, pieces: [Range<Int64>]
  ) throws(DeliveryRender.Failure) -> [Double] {
    guard let target = file.form.loudness else { return [] }
    let audio = try open(file.path)
    do throws(RenderFailure) {
      return try audio.values(of: target.metric, in: pieces).map { $0 ?? .nan }
    } catch {
      throw .render(error)
    }
  }
}

/// A failure as an error.
struct FailureBox: Error, @unchecked Sendable {
  // Proof for @unchecked Sendable: it is made and read by the thread that renders the album.
  let failure: AlbumJob.Failure
  init(_ failure: AlbumJob.Failure) { self.failure = failure }
}
