import { joinObshell, type ObshellEmulator, type ObshellOptions, startObshell } from "./index";

export interface ObshellClusterOptions extends ObshellOptions {
  /** How many agents there are, all alike: each further one listens on the next port. Default 1. */
  readonly agents?: number;
}

/** Starts a cluster with several agents. The unix socket, if any, is the first one's. */
export async function startObshellCluster(options: ObshellClusterOptions): Promise<readonly ObshellEmulator[]> {
  const { agents = 1, unixSocket: _, port = 0, ...own } = options;
  const first = await startObshell(options);
  const started = [first];
  try {
    while (started.length < agents) {
      started.push(await joinObshell(first, { ...own, port: port === 0 ? 0 : port + started.length }));
    }
  } catch (error) {
    await Promise.all(started.map((agent) => agent.close()));
    throw error;
  }
  return started;
}
