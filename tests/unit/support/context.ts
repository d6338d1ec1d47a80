import { Claims } from "../../../provider/core/claims";
import { Exclusive } from "../../../provider/core/exclusive";
import type { CallContext, Runtime } from "../../../provider/core/lifecycle";
import { Redactor } from "../../../provider/core/redact";
import { Shared } from "../../../provider/core/shared";
import { TestClock } from "./testClock";

export interface TestRuntime extends Runtime {
  readonly clock: TestClock;
  /** What was logged. */
  readonly lines: string[];
}

export interface TestContext extends CallContext, TestRuntime {
  readonly clock: TestClock;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A process without a network: whoever asks for a connection gets the test failed. */
export function testRuntime(environment: Environment = {}): TestRuntime {
  const lines: string[] = [];
  return {
    clock: new TestClock(),
    environment,
    connect: () => {
      throw new Error("this test has no network");
    },
    claims: new Claims(),
    exclusive: new Exclusive(),
    shared: new Shared(),
    log: (line) => lines.push(line),
    lines,
  };
}

/** One call with the given environment and configuration. */
export function testContext(
  settings: { readonly environment?: Environment; readonly configuration?: Readonly<Record<string, unknown>> } = {},
): TestContext {
  const { environment, configuration = {} } = settings;
  return {
    ...testRuntime(environment),
    configuration: { get: (key) => configuration[key] },
    redactor: new Redactor(),
  };
}
