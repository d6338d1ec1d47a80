import OpenApiClient, { $OpenApiUtil } from "@alicloud/openapi-core";
import PopCoreClient from "@alicloud/pop-core";
import RpcClient, { Config as RpcConfig } from "@alicloud/rpc-client";

const VERSION = "2017-08-01";

export interface SdkCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** A text, or a list that the client brings into its own form. */
export type SdkParameters = Readonly<Record<string, string | readonly Readonly<Record<string, unknown>>[]>>;

/** One official client in one of its modes. `url` is that of the emulator. */
export interface Sdk {
  readonly name: string;
  readonly signatureVersion: "V3" | "V1";
  call(
    url: string,
    credentials: SdkCredentials,
    action: string,
    parameters: SdkParameters,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** The vendor's code in an error that this client threw. */
  codeOf(error: unknown): string | undefined;
}

const hostOf = (url: string): string => url.replace(/^http:\/\//, "");

const errorCode = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;

function openApiCore(
  name: string,
  signatureVersion: "V3" | "V1",
  place: "query" | "body",
  algorithm: { readonly signatureAlgorithm?: string },
): Sdk {
  return {
    name,
    signatureVersion,
    codeOf: errorCode,
    call: async (url, credentials, action, parameters) => {
      const client = new OpenApiClient(
        new $OpenApiUtil.Config({ ...credentials, ...algorithm, endpoint: hostOf(url), protocol: "HTTP" }),
      );
      const params = new $OpenApiUtil.Params({
        action,
        version: VERSION,
        protocol: "HTTP",
        pathname: "/",
        method: "POST",
        authType: "AK",
        bodyType: "json",
        reqBodyType: "formData",
        style: "RPC",
      });
      // The generated clients turn a list into one JSON text before they come here.
      const request = new $OpenApiUtil.OpenApiRequest(
        place === "query" ? { query: withJsonLists(parameters) } : { body: { ...parameters } },
      );
      const runtime = {} as Parameters<OpenApiClient["callApi"]>[2];
      const answer = await client.callApi(params, request, runtime);
      return answer.body as Record<string, unknown>;
    },
  };
}

function withJsonLists(parameters: SdkParameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

const rpcClient: Sdk = {
  name: "rpc-client (signature in the query, parameters in a chunked form)",
  signatureVersion: "V1",
  // This client puts the word behind every code.
  codeOf: (error) => errorCode(error)?.replace(/Error$/, ""),
  call: async (url, credentials, action, parameters) => {
    const client = new RpcClient(new RpcConfig({ ...credentials, endpoint: hostOf(url), protocol: "HTTP" }));
    const runtime = {} as Parameters<RpcClient["doRequest"]>[7];
    return await client.doRequest(action, "HTTP", "POST", VERSION, "AK", {}, { ...parameters }, runtime);
  },
};

function popCore(method: "GET" | "POST"): Sdk {
  return {
    name: `pop-core ${method}`,
    signatureVersion: "V1",
    codeOf: errorCode,
    call: async (url, credentials, action, parameters) => {
      const client = new PopCoreClient({ ...credentials, endpoint: url, apiVersion: VERSION });
      return await client.request<Record<string, unknown>>(action, { ...parameters }, { method });
    },
  };
}

export const SDKS: readonly Sdk[] = [
  openApiCore("openapi-core V3", "V3", "query", {}),
  openApiCore("openapi-core V3 with a form body", "V3", "body", {}),
  openApiCore('openapi-core "v2"', "V1", "query", { signatureAlgorithm: "v2" }),
  openApiCore('openapi-core "v2" with a form body', "V1", "body", { signatureAlgorithm: "v2" }),
  rpcClient,
  popCore("GET"),
  popCore("POST"),
];
