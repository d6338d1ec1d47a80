import type { Cluster } from "../cluster";
import type { Action, ActionCall, AnswerBody } from "./action";
import { describeBackupPolicy } from "./describeBackupPolicy";
import { describeDbClusterAttribute, describeDbClusters } from "./describeClusters";
import { describeLogBackupPolicy } from "./describeLogBackupPolicy";
import { describeAvailableCrossRegions, describeBackupRegions } from "./describeRegions";
import { modifyBackupPolicy } from "./modifyBackupPolicy";
import { modifyLogBackupPolicy } from "./modifyLogBackupPolicy";

type RunOnCluster = (call: ActionCall, cluster: Cluster) => AnswerBody;

const reads = (run: RunOnCluster): Action => ({ target: "cluster", modifies: false, run });
const modifies = (run: RunOnCluster): Action => ({ target: "cluster", modifies: true, run });

export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["DescribeBackupPolicy", reads(describeBackupPolicy)],
  ["ModifyBackupPolicy", modifies(modifyBackupPolicy)],
  ["DescribeLogBackupPolicy", reads(describeLogBackupPolicy)],
  ["ModifyLogBackupPolicy", modifies(modifyLogBackupPolicy)],
  ["DescribeDBClusterAttribute", reads(describeDbClusterAttribute)],
  ["DescribeDBClusters", { target: "region", modifies: false, run: describeDbClusters }],
  ["DescribeAvailableCrossRegions", reads(describeAvailableCrossRegions)],
  ["DescribeBackupRegions", reads(describeBackupRegions)],
]);
