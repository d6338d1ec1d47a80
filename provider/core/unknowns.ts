/**
 * In a preview, a value that another resource will only have after the apply arrives as one of these texts, at any depth and
 * whatever its type. They are the engine's seven markers (`sdk/go/common/resource/plugin/rpc.go` of pulumi/pulumi).
 */
const UNKNOWN_MARKERS: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** The marker that the Node SDK itself sends. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  return UNKNOWN_MARKERS.has(value);
}

export function containsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}

/** The value if it is there and wholly known: what a rule may look at in a preview. */
export function known<T>(value: T): T | undefined {
  return containsUnknown(value) ? undefined : value;
}
