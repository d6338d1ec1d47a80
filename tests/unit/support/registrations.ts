import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";

/** What a program sends to the engine for one resource. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** As they go over the wire; a value that is marked as secret stands as `{ secret: value }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN and id of an explicit provider. */
  readonly provider: string;
}

/** Marks a value as Pulumi's wire format does. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * To be called once in a test file: stands in for the engine, which adds these outputs to the inputs of each resource, and tells what a resource has
 * registered.
 */
export async function mockEngine(outputs: object = {}): Promise<(resource: pulumi.Resource) => Promise<Registration>> {
  const registrations = new Map<string, Registration>();
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: { ...inputs, ...outputs } }),
    call: () => ({}),
  });
  const monitor = getMonitor() as unknown as {
    registerResource(request: RegisterRequest, callback: (error: unknown, response: RegisterResponse) => void): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const [type, name, provider] = [request.getType(), request.getName(), request.getProvider()];
    const inputs = readable(request.getObject().toJavaScript()) as Readonly<Record<string, unknown>>;
    register(request, (error, response) => {
      if (!error) registrations.set(response.getUrn(), { type, name, provider, inputs });
      callback(error, response);
    });
  };
  return async (resource) => {
    const urn = await resolved(resource.urn);
    const registration = registrations.get(urn);
    if (!registration) throw new Error(`${urn} was not registered`);
    return registration;
  };
}

export function resolved<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as pulumi.Unwrap<T>));
  });
}

/** The inputs as anybody may read them in state. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ("secret" in value) return "(encrypted)";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getProvider(): string;
  getObject(): { toJavaScript(): unknown };
}

interface RegisterResponse {
  getUrn(): string;
}

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return { secret: readable((value as { value?: unknown }).value) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]));
}
