import { posix } from "node:path";
import type { Agent } from "./agent";
import { ObshellError } from "./errors";
import type { StorageUri } from "./storageUri";
import type { World } from "./world";

/**
 * Stage 1 proves that it may write: a directory tree and a file for `file`, an empty object otherwise. Nothing is
 * written here; what a real agent would have done to an object store is kept in `world.probes`.
 */
export function probeWrite(
  world: World,
  agent: Agent,
  tenant: string,
  use: "archive" | "data",
  location: StorageUri,
): void {
  const injected = world.faults.probeFailure(tenant, use);
  if (injected !== undefined) throw ObshellError.raw(injected);
  if (!location.store) {
    // No directory can be made in /proc, whoever asks: the one place that is certain not to be writable.
    const refused = /^\/proc\/[^/]+/.exec(posix.normalize(location.path))?.[0];
    if (refused) throw ObshellError.raw(`mkdir ${refused}: no such file or directory`);
    return;
  }
  const key = posix.join(location.path, agent.ip, String(agent.port));
  const { bucket, host, s3Region } = location.store;
  // With a region obshell ignores the host and turns to Amazon, which has no such bucket.
  if (s3Region !== "" && !/\.amazonaws\.com(\.cn)?$/.test(host)) {
    const server = `${bucket}.s3.${s3Region}.amazonaws.com`;
    throw ObshellError.raw(
      "put s3 object: RequestError: send request failed\n" +
        `caused by: Put "https://${server}/${key}": dial tcp: lookup ${server} on 127.0.0.53:53: no such host`,
    );
  }
  const store = location.type === "file" ? "oss" : location.type;
  world.probes.push({ method: "PUT", store, bucket, key }, { method: "DELETE", store, bucket, key });
}
