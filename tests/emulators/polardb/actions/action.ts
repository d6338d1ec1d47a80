import type { Cluster } from "../cluster";
import type { Parameters } from "../request";
import type { World } from "../world";

export interface ActionCall {
  readonly world: World;
  /** The action's own parameters, those of the signature taken out. */
  readonly parameters: Parameters;
  /** Carry out every CREATE twice. */
  readonly duplicateCreate: boolean;
}

/** The answer without `RequestId`, which every answer has. */
export type AnswerBody = Record<string, unknown>;

export type Action =
  | {
      readonly target: "cluster";
      /** Refused unless the cluster is running and unlocked. */
      readonly modifies: boolean;
      readonly run: (call: ActionCall, cluster: Cluster) => AnswerBody;
    }
  | {
      readonly target: "region";
      readonly modifies: false;
      readonly run: (call: ActionCall, region: string) => AnswerBody;
    };
