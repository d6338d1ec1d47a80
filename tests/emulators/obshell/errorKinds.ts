/** What obshell calls a failure, in both of its languages. */
export interface ErrorKind {
  readonly status: number;
  readonly errCode: string;
  /** The legacy number; obshell 4.5 still sends it for two families only. */
  readonly code?: number;
  readonly en: string;
  readonly zh: string;
}

const UNAUTHORIZED = 10008;

/** Texts are wire strings: recorded from a real agent, or read in its message catalogue. `%s` takes an argument. */
export const ERROR_KINDS = {
  agentNotHold: kind(
    500,
    "Agent.OceanBase.NotHold",
    "Agent is not holding OceanBase",
    "agent 未持有 OceanBase 集群连接",
  ),
  agentUseless: kind(500, "Agent.OceanBase.Useless", "The current database is useless", "当前 OB 集群不可用"),
  aesContentLength: kind(
    500,
    "Request.Body.Decrypt.AES.ContentLength.Invalid",
    "Decrypted string length is not a multiple of the block size",
    "解密字符串长度不是块大小的倍数",
  ),
  aesKeyAndIv: kind(
    500,
    "Request.Body.Decrypt.AES.KeyAndIv.Invalid",
    "AES key and IV size error",
    "AES 密钥和 IV 大小错误",
  ),
  aesKeyNotFound: untranslated(
    400,
    "Request.AESKey.NotFound",
    "AES key for encrypting session ID not found in HTTP headers",
  ),
  archiveBaseUriEmpty: kind(
    400,
    "OB.Backup.ArchiveBaseUriEmpty",
    "archive_base_uri cannot be empty",
    "archive_base_uri 不能为空",
  ),
  archiveDestEmpty: kind(
    400,
    "OB.Backup.ArchiveDestEmpty",
    "Archive destination is empty, tenant: %s(%s)",
    "租户：%s(%s) 的归档目标路径为空",
  ),
  archiveLagTarget: kind(
    400,
    "OB.Backup.ArchiveLagTarget.Invalid",
    "archive_lag_target must be less than %s",
    "archive_lag_target 必须小于 %s",
  ),
  archiveLagTargetForS3: kind(
    400,
    "OB.Backup.ArchiveLagTargetForS3.Invalid",
    "archive_lag_target must be greater than %s for S3",
    "对于 S3，archive_lag_target 必须大于 %s",
  ),
  archiveLogStatus: kind(
    400,
    "OB.Backup.ArchiveLogStatus.Invalid",
    "Invalid archive log status: '%s', must be '%s' or '%s'",
    "非法的归档日志状态：'%s'，必须是 '%s' 或 '%s'",
  ),
  asyncTimeout: kind(500, "OB.Cluster.AsyncOperationTimeout", "%s timeout", "%s 超时"),
  authExpired: kind(401, "Security.Authentication.Expired", "Authentication expired", "认证信息已过期", UNAUTHORIZED),
  backupMode: kind(
    400,
    "OB.Backup.Mode.Invalid",
    "Invalid backup mode: %s, must be %s or %s",
    "非法的备份模式：%s，必须是 %s 或 %s",
  ),
  backupStatus: kind(
    400,
    "OB.Backup.Status.Invalid",
    "Invalid backup status: '%s', must be '%s'",
    "非法的备份状态：'%s'，必须是 '%s'",
  ),
  baseUriEmpty: kind(400, "OB.Backup.BaseUriEmpty", "backup_base_uri cannot be empty", "backup_base_uri 不能为空"),
  bindJson: kind(400, "Common.BindJsonFailed", "Bind JSON failed: %s", "绑定 JSON 失败：%s"),
  binding: kind(
    400,
    "OB.Backup.Binding.Invalid",
    "Invalid binding mode: %s, must be %s or %s",
    "binging 非法：%s，必须是 %s 或 %s",
  ),
  dagCancelFinished: kind(
    400,
    "Task.Dag.Operator.CancelFinishedDag",
    "Failed to cancel DAG: DAG is finished",
    "取消 DAG 失败：DAG 已执行完成",
  ),
  dagOperator: kind(400, "Task.Dag.Operator.NotSupport", "Operator %s is not supported", "不支持的任务操作 '%s'"),
  dagPassNotFailed: kind(
    400,
    "Task.Dag.Operator.PassNotFailedDag",
    "Failed to pass DAG: DAG is not failed",
    "跳过 DAG 失败：DAG 未失败",
  ),
  dagRetryNotFailed: kind(
    400,
    "Task.Dag.Operator.RetryNotFailedDag",
    "Failed to set DAG retry: DAG state is not failed",
    "重试 DAG 失败：DAG 未失败",
  ),
  dagRollbackNotAllowed: kind(
    400,
    "Task.Dag.Operator.RollbackNotAllowed",
    "Failed to set DAG rollback: node %s cannot rollback",
    "设置 DAG 回滚失败：节点 %s 不能回滚",
  ),
  dagRollbackNotFailed: kind(
    400,
    "Task.Dag.Operator.RollbackNotFailedDag",
    "Failed to set DAG rollback: DAG state is not failed",
    "设置 DAG 回滚失败：DAG 未失败",
  ),
  dataBaseUriEmpty: kind(400, "OB.Backup.DataBaseUriEmpty", "data_base_uri cannot be empty", "data_base_uri 不能为空"),
  dataDestEmpty: kind(
    400,
    "OB.Backup.DataDestEmpty",
    "Data destination is empty, tenant: %s(%s)",
    "租户：%s(%s) 的数据备份路径为空",
  ),
  deletePolicy: kind(
    400,
    "OB.Backup.DeletePolicy.Invalid",
    "Invalid delete policy: '%s', must be '%s'",
    "非法的删除策略：'%s'，必须是 '%s'",
  ),
  genericId: kind(400, "Task.GenericID.Invalid", "Invalid ID: %s", "无效的任务通用 ID：%s"),
  haLowThreadScore: kind(
    400,
    "OB.Backup.HaLowThreadScore.Invalid",
    "ha_low_thread_score must be between %s and %s",
    "ha_low_thread_score 必须在 %s 和 %s 之间",
  ),
  headerDecrypt: kind(
    401,
    "Security.Authentication.Header.DecryptFailed",
    "Decrypt http header failed: %s",
    "解密 HTTP 请求头失败：%s",
    1,
  ),
  headerNotFound: kind(
    400,
    "Request.Header.NotFound",
    "X-OCS-Agent-Header or X-OCS-Header not found in http request header",
    "HTTP 请求头中未找到 X-OCS-Agent-Header 或 X-OCS-Header",
  ),
  illegalArgument: kind(400, "Common.IllegalArgument", "Illegal argument '%s': %s", "传入的参数 '%s' 非法：%s"),
  incorrectAgentPassword: kind(
    401,
    "Security.Authentication.IncorrectAgentPassword",
    "Agent password is incorrect",
    "agent 密码不正确",
    UNAUTHORIZED,
  ),
  incorrectRootPassword: kind(
    401,
    "Security.Authentication.IncorrectOceanbasePassword",
    "OceanBase password is incorrect",
    "OceanBase root 密码不正确",
    UNAUTHORIZED,
  ),
  logArchiveConcurrency: kind(
    400,
    "OB.Backup.LogArchiveConcurrency.Invalid",
    "log_archive_concurrency must be between %s and %s",
    "log_archive_concurrency 必须在 %s 和 %s 之间",
  ),
  noBackupTask: kind(404, "Common.NotFound", "Element not found: backup task", "未找到资源：backup task"),
  noBackupTaskOfTenant: kind(404, "Task.NotFound", "Task not found: no backup task", "未找到任务: no backup task"),
  nodeOperator: kind(400, "Task.Node.Operator.NotSupport", "Operator %s is not supported", "不支持的任务操作 '%s'"),
  nodePassNotFailedDag: kind(
    400,
    "Task.Node.Operator.PassNotFailedDag",
    "Failed to pass node: The specified DAG is not failed",
    "跳过节点失败：指定的 DAG 未失败",
  ),
  nodePassNotFailedNode: kind(
    400,
    "Task.Node.Operator.PassNotFailedNode",
    "Failed to pass node: node %s is not failed",
    "跳过节点失败：节点 %s 未失败",
  ),
  noUserTenants: kind(400, "OB.Backup.NoUserTenants", "No user tenants found", "未找到用户租户"),
  notFound: kind(404, "Common.NotFound", "Element not found: %s", "未找到资源：%s"),
  notSupportedIdentity: kind(
    400,
    "Agent.Identify.NotSupportOperation",
    "'%s' is '%s', instead of '%s', does not support this operation",
    "'%s' 身份是 '%s'，而不是 '%s'，不支持此操作",
  ),
  observerDead: kind(500, "OB.Server.Process.NotExist", "Observer process does not exist", "observer 进程不存在"),
  parameterEmpty: kind(
    400,
    "OB.Tenant.Parameter.Empty",
    "Tenant parameter name or value is empty.",
    "存在租户参数名称或值为空",
  ),
  parameterNotExist: kind(
    400,
    "OB.Tenant.Parameter.NotExist",
    "Tenant parameter '%s' does not exist.",
    "租户参数 '%s' 不存在",
  ),
  parameterScope: kind(400, "OB.Parameter.Scope.Invalid", "Parameter scope '%s' is invalid", "参数范围 '%s' 非法"),
  permissionDenied: untranslated(401, "Security.User.PermissionDenied", "Permission denied"),
  pieceSwitchInterval: kind(
    400,
    "OB.Backup.PieceSwitchInterval.Invalid",
    "piece_switch_interval must be between %s and %s",
    "piece_switch_interval 必须在 %s 和 %s 之间",
  ),
  sessionExpired: kind(401, "Security.Authentication.SessionExpired", "Session is expired", "会话已过期", UNAUTHORIZED),
  sessionInvalid: kind(401, "Security.Authentication.SessionInvalid", "Session is invalid", "会话无效", UNAUTHORIZED),
  // Of these four the codes are known and the sentences are not.
  ssoTokenAlreadyUsed: untranslated(401, "Security.SSO.Token.AlreadyUsed", "SSO token has already been used"),
  ssoTokenExpired: untranslated(401, "Security.SSO.Token.Expired", "SSO token is expired"),
  ssoTokenMissing: untranslated(401, "Security.SSO.Token.Missing", "SSO token is missing"),
  ssoTokenNotFound: untranslated(401, "Security.SSO.Token.NotFound", "SSO token not found"),
  storageUri: kind(400, "OB.Storage.URI.Invalid", "Invalid storage URI: %s", "非法的存储路径：%s"),
  sysTenant: kind(
    400,
    "OB.Tenant.SysOperationNotAllowed",
    "System tenant is not allowed to perform this operation",
    "不允许对系统租户执行此操作",
  ),
  taskCreate: kind(500, "Task.CreateFailed", "Create task '%s' failed", "创建任务 '%s' 失败"),
  taskNotFound: kind(404, "Task.NotFound", "Task not found", "未找到任务"),
  tenantNameEmpty: kind(400, "OB.Tenant.Name.Empty", "Tenant name is empty", "租户名称为空"),
  tenantNotExist: kind(400, "OB.Tenant.NotExist", "Tenant '%s' does not exist.", "租户 '%s' 不存在"),
  tenantStatus: kind(400, "OB.Tenant.StatusNotNormal", "Tenant '%s' status is '%s'.", "租户 '%s' 状态为 '%s'"),
  tenantUnderMaintenance: kind(
    500,
    "OB.Tenant.UnderMaintenance",
    "Tenant '%s' is under maintenance, please try again later.",
    "租户 '%s' 处于运维状态中",
  ),
  timeDuration: kind(400, "Common.InvalidTimeDuration", "Time duration '%s' is invalid: %s", "时间段 '%s' 无效：%s"),
  timestampInvalid: kind(
    401,
    "Security.Authentication.Timestamp.Invalid",
    "Invalid timestamp: %s, err: %s",
    "无效的时间戳：%s，错误：%s",
    UNAUTHORIZED,
  ),
  unauthorized: kind(401, "Common.Unauthorized", "Unauthorized", "认证失败", UNAUTHORIZED),
  underMaintenance: kind(
    500,
    "OB.Cluster.UnderMaintenance",
    "OceanBase cluster is under maintenance, please try again later",
    "集群处于运维状态中",
  ),
  underMaintenanceWithDag: kind(
    500,
    "OB.Cluster.UnderMaintenanceWithDag",
    "OceanBase cluster is under maintenance by DAG: %s, please try again later",
    "集群处于运维状态中，运维任务：%s",
  ),
  unexpected: kind(500, "Common.Unexpected", "Unexpected error: %s", "非预期错误：%s"),
  uriMismatch: kind(401, "Security.Authentication.Header.UriMismatch", "URI mismatch", "URI 不匹配", UNAUTHORIZED),
  withAgentPassword: kind(
    401,
    "Security.Authentication.WithAgentPassword",
    "Should use agent_password to verify: %s",
    "应该使用 agent_password 进行验证：%s",
    UNAUTHORIZED,
  ),
  withRootPassword: kind(
    401,
    "Security.Authentication.WithOceanBasePassword",
    "Should use oceanbase_password to verify: %s",
    "应该使用 oceanbase_password 进行验证：%s",
    UNAUTHORIZED,
  ),
};

/** Where only the English is known. */
function untranslated(status: number, errCode: string, en: string): ErrorKind {
  return kind(status, errCode, en, en);
}

function kind(status: number, errCode: string, en: string, zh: string, code?: number): ErrorKind {
  return { status, errCode, en, zh, ...(code === undefined ? {} : { code }) };
}
