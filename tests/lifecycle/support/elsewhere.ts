import type { TransportFactory } from "../../../provider/core/transport";
import { createTransportFactory } from "../../../provider/core/undiciTransport";

/** Leads requests for any other host to a local server, as a network would, without their noticing. */
export function leadTo(localUrl: () => string): TransportFactory {
  const factory = createTransportFactory();
  return (tls, limits) => {
    const transport = factory(tls, limits);
    return {
      send: (request) => {
        const { host, pathname, search } = new URL(request.url);
        const url = `${localUrl()}${pathname}${search}`;
        // What was signed for the host that was meant is to arrive so.
        return transport.send({ ...request, url, headers: { ...request.headers, host } });
      },
    };
  };
}
