internal import Alerting
internal import Detectors

/// The API in its own words: OpenAPI 3.1, as it is served at /api/v1/openapi.json.
enum APIDescription {
  static let document: JSONValue = [
    "openapi": "3.1.0",
    "info": [
      "title": "LeakWatch", "version": .string(LeakWatch.version),
      "summary": "What a running LeakWatch knows of the services of its host.",
      "description": .string(
        "Read-only. Sizes are bytes, durations seconds, times Unix seconds; what is not known is "
          + "null."),
    ],
    "servers": [["url": "/"]],
    "tags": [
      ["name": "services", "description": "Services and their memory."],
      ["name": "daemon", "description": "LeakWatch itself."],
    ],
    "paths": .object(paths),
    "components": [
      "schemas": .object(APISchemas.all),
      "responses": [
        "Failure": [
          "description": "Why there is no answer.",
          "content": json("Failure"),
        ],
        "Elsewhere": [
          "description": "The header `Host` names none of the names that LeakWatch answers to.",
          "content": anything,
        ],
      ],
    ],
  ]

  private static var paths: [JSONValue.Member] {
    [
      path(
        "/api/v1/services", "listServices", "services",
        "Every service, the most urgent first; as `leakwatch status --json`.",
        answers: [("200", "The services.", json("Services"))], links: ["200": toService]),
      .init(
        name: "/api/v1/services/{name}",
        value: .object(
          [.init(name: "parameters", value: [name])]
            + operations(
              "getService", "services",
              "One service with its checklist; as `leakwatch explain --json`.",
              answers: [("200", "The service.", json("ServiceDetail"))], failures: ["404"]))),
      path(
        "/api/v1/openapi.json", "getDescription", "daemon", "This document.",
        answers: [
          ("200", "The document.", ["application/json": ["schema": ["type": "object"]]])
        ]),
      path(
        "/metrics", "getMetrics", "daemon",
        "Figures of LeakWatch and of every service, in Prometheus' text format.",
        answers: [("200", "The metrics.", plain)]),
      path(
        "/healthz", "isAlive", "daemon", "Whether LeakWatch answers.",
        answers: [("200", "It does.", plain)]),
      path(
        "/readyz", "isReady", "daemon", "Whether what LeakWatch tells can be relied on.",
        answers: [
          ("200", "It can.", plain), ("503", "Not yet or no more; the text says why.", plain),
        ]),
    ]
  }

  private static var name: JSONValue {
    [
      "name": "name", "in": "path", "required": true,
      "description": "The service's name, percent-encoded.",
      "schema": ["type": "string", "minLength": 1],
    ]
  }

  /// From the list to its first service.
  private static let toService: JSONValue = [
    "first": [
      "operationId": "getService", "description": "The most urgent service by itself.",
      "parameters": ["name": "$response.body#/services/0/service"],
    ]
  ]

  private static func path(
    _ path: String, _ id: String, _ tag: String, _ summary: String,
    answers: [(code: String, meaning: String, content: JSONValue)],
    links: [String: JSONValue] = [:]
  ) -> JSONValue.Member {
    .init(
      name: path,
      value: .object(
        operations(id, tag, summary, answers: answers, failures: [], links: links)))
  }

  private static func operations(
    _ id: String, _ tag: String, _ summary: String,
    answers: [(code: String, meaning: String, content: JSONValue)], failures: [String],
    links: [String: JSONValue] = [:]
  ) -> [JSONValue.Member] {
    func operation(_ id: String, hasContent: Bool) -> JSONValue {
      let good = answers.map { answer -> JSONValue.Member in
        let description = JSONValue.Member(name: "description", value: .string(answer.meaning))
        guard hasContent else { return .init(name: answer.code, value: .object([description])) }
        let content = JSONValue.Member(name: "content", value: answer.content)
        let links = links[answer.code].map { [JSONValue.Member(name: "links", value: $0)] } ?? []
        return .init(name: answer.code, value: .object([description, content] + links))
      }
      let bad = failures.map { code -> JSONValue.Member in
        .init(
          name: code,
          value: hasContent
            ? ["$ref": "#/components/responses/Failure"] : ["description": "There is none."])
      }
      let elsewhere: [JSONValue.Member] =
        hasContent ? [.init(name: "421", value: ["$ref": "#/components/responses/Elsewhere"])] : []
      return [
        "operationId": .string(id), "tags": [.string(tag)], "summary": .string(summary),
        "responses": .object(good + bad + elsewhere),
      ]
    }
    return [
      .init(name: "get", value: operation(id, hasContent: true)),
      .init(name: "head", value: operation(id + "Head", hasContent: false)),
    ]
  }

  private static func json(_ schema: String) -> JSONValue {
    ["application/json": ["schema": ["$ref": .string("#/components/schemas/\(schema)")]]]
  }

  private static let plain: JSONValue = ["text/plain": ["schema": ["type": "string"]]]

  private static let anything: JSONValue = [
    "application/json": ["schema": ["$ref": "#/components/schemas/Failure"]],
    "text/html": ["schema": ["type": "string"]],
  ]
}
