import { ProviderProcess } from "../providerProcess";
import { Clocks } from "./clocks";
import { PASSWORD } from "./oceanbase";
import { ACCESS_KEY } from "./polardb";

const ENVIRONMENT = {
  OCEANBASE_PASSWORD: PASSWORD,
  ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
  // A test must not wait for a metadata service that is not there.
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
};

/**
 * Provider processes by what they are for. One that is not killed serves every scene once, as the process of one command serves every
 * resource of a program once: each scene has a cluster of its own, so it finds nothing in memory.
 */
export class Processes {
  readonly clocks = new Clocks();
  private readonly kept = new Map<string, Promise<ProviderProcess>>();

  /** For the runs before anything is killed, for those that outlive their command, for each of the next commands. */
  for(command: string): Promise<ProviderProcess> {
    const process = this.kept.get(command) ?? this.start();
    this.kept.set(command, process);
    return process;
  }

  /** One that is to be killed. */
  start(): Promise<ProviderProcess> {
    return ProviderProcess.start(ENVIRONMENT, {}, this.clocks.serve);
  }

  async stop(): Promise<void> {
    const processes = await Promise.all(this.kept.values());
    await Promise.all(processes.map((process) => process.stop()));
  }
}
