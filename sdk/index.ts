/** OceanBase, through the obshell agents of a cluster. */
export * as oceanbase from "./oceanbase";
/** PolarDB, through the Alibaba Cloud OpenAPI. */
export * as polardb from "./polardb";
