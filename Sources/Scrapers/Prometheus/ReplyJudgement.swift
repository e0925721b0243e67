internal import Formats
internal import LinuxSystem
internal import TimeSeries

/// What one attempt at a request amounts to. No I/O.
enum ReplyJudgement {
  case done(PrometheusReply)
  case failed(PrometheusProblem)
  /// Worth another attempt, not before the span that the server asked for.
  case retry(PrometheusProblem, after: TimeSpan?)

  init(
    _ reply: Result<HTTPResponseHead, HTTPFailure>, _ body: Span<UInt8>, shape: PrometheusShape,
    limits: PrometheusAnswerLimits
  ) {
    switch reply {
    case .failure(let failure): self = Self.judge(failure)
    case .success(let head):
      do throws(PrometheusFormatError) {
        let answer = try PrometheusAnswer(body, shape: shape, limits: limits)
        self = Self.judge(answer, head)
      } catch {
        self = head.isSuccess ? Self.judge(error) : Self.judge(Self.plain(head), head)
      }
    }
  }

  private static func judge(_ failure: HTTPFailure) -> ReplyJudgement {
    switch failure.reason {
    case .invalidRequest, .tls, .headersTooLarge:
      .failed(PrometheusProblem(.refused, failure.explanation))
    case .bodyTooLarge: .failed(PrometheusProblem(.tooMuch, failure.explanation))
    case .timedOut(.reply, _), .timedOut(.body, _):
      .failed(PrometheusProblem(.tooMuch, failure.explanation))
    case .cannotResolve, .cannotConnect, .timedOut, .connectionLost, .malformedReply, .other:
      .retry(PrometheusProblem(.unavailable, failure.explanation), after: nil)
    }
  }

  /// A success that cannot be read was cut off or garbled on its way, unless it is too large.
  private static func judge(_ error: PrometheusFormatError) -> ReplyJudgement {
    let text = "the answer cannot be read: \(error)"
    return error.isTooMuch
      ? .failed(PrometheusProblem(.tooMuch, text))
      : .retry(PrometheusProblem(.unavailable, text), after: nil)
  }

  private static func judge(_ answer: PrometheusAnswer, _ head: HTTPResponseHead) -> ReplyJudgement
  {
    switch answer.outcome {
    case .success(let content) where head.isSuccess:
      .done(PrometheusReply(content: content, notices: answer.warnings + answer.infos))
    case .success: judge(plain(head), head)
    case .failure(let failure): judge(failure, head)
    }
  }

  private static func judge(_ failure: PrometheusFailure, _ head: HTTPResponseHead)
    -> ReplyJudgement
  {
    let text = "the server answered \(head.status): \(failure)"
    if failure.errorType == "timeout" || head.status == 413 || asksForLess(failure, head) {
      return .failed(PrometheusProblem(.tooMuch, text))
    }
    switch head.status {
    case 408, 429, 500...599:
      return .retry(PrometheusProblem(.unavailable, text), after: head.headers.retryAfter)
    case 422: return .failed(PrometheusProblem(.uncomputable, text))
    default: return .failed(PrometheusProblem(.refused, text))
    }
  }

  /// Every server says in its own words that a query is too large (Prometheus: "query processing
  /// would load too many samples", "exceeded maximum resolution"; Mimir: "exceeded the maximum
  /// number"; VictoriaMetrics: "cannot process more than", "too many points").
  private static func asksForLess(_ failure: PrometheusFailure, _ head: HTTPResponseHead) -> Bool {
    guard [400, 422, 500, 503].contains(head.status) else { return false }
    let message = failure.message.lowercased()
    let phrases = [
      "too many", "exceed", "cannot select more than", "cannot process more than", "maximum number",
      "timed out", "limit of", "not enough memory",
    ]
    return phrases.contains(where: message.contains)
  }

  /// Of an answer that is no API's: from a proxy, or from something else at that address.
  private static func plain(_ head: HTTPResponseHead) -> PrometheusFailure {
    let advice =
      switch head.status {
      case 300..<400: "a redirect; redirects are not followed, name the final address"
      case 401, 403: "check the credentials"
      case 404: "is this the address of a Prometheus server, with its path?"
      case 413: "the request or its answer is too large for a proxy"
      default: "without a word of the API"
      }
    return PrometheusFailure(errorType: "", message: advice)
  }
}
