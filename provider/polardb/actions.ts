interface ActionFacts {
  readonly access: "read" | "write";
  /** What a grant in RAM can be limited to: listing has no cluster of its own (page "PolarDB: RAM authorization"). */
  readonly scope: "cluster" | "account";
}

/**
 * Every action that this package calls. `api.ts` can call no other, and a policy for RAM is made of nothing else, so that a key
 * with that policy is enough and has no right too many. It imports nothing, because programs load it too.
 */
export const ACTIONS = {
  DescribeBackupPolicy: { access: "read", scope: "cluster" },
  ModifyBackupPolicy: { access: "write", scope: "cluster" },
  DescribeLogBackupPolicy: { access: "read", scope: "cluster" },
  ModifyLogBackupPolicy: { access: "write", scope: "cluster" },
  DescribeDBClusterAttribute: { access: "read", scope: "cluster" },
  DescribeAvailableCrossRegions: { access: "read", scope: "cluster" },
  DescribeDBClusters: { access: "read", scope: "account" },
} as const satisfies Readonly<Record<string, ActionFacts>>;

export type ActionName = keyof typeof ACTIONS;

type WriteAction = {
  [Name in ActionName]: (typeof ACTIONS)[Name]["access"] extends "write" ? Name : never;
}[ActionName];

type ReadAction = Exclude<ActionName, WriteAction>;

/** A client that can be asked for these actions only. */
export interface ActionClient {
  read(action: ReadAction, parameters: Readonly<Record<string, string>>): Promise<unknown>;
  write(action: WriteAction, parameters: Readonly<Record<string, string>>): Promise<unknown>;
}
