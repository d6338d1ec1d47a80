import { isProviderError, type ProviderError } from "../../../provider/core/errors";

/** The `ProviderError` that a call throws; fails the test when it throws something else, or nothing. */
export function thrownBy(run: () => unknown): ProviderError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  return asProviderError(thrown);
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<ProviderError> {
  let thrown: unknown;
  await promise.catch((error: unknown) => {
    thrown = error;
  });
  return asProviderError(thrown);
}

/** Whatever a promise is rejected with; undefined when it is not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function asProviderError(thrown: unknown): ProviderError {
  if (isProviderError(thrown)) return thrown;
  throw thrown === undefined ? new Error("nothing was thrown") : thrown;
}
