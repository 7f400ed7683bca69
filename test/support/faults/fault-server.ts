/** One server for all faults on the wire: the path of a webhook names the fault it gets. */
import { afterRequest, type Fault, type FaultyServer, withFaultyServer } from '../faulty-server.ts';
import { HEALTHY, says } from './bytes.ts';
import type { WireFault } from './fault.ts';

export interface FaultServer extends FaultyServer {
  readonly url: string;
}

/** Every path that names no fault gets a valid response. */
export function withFaultServer<Result>(
  faults: readonly WireFault[],
  use: (server: FaultServer) => Promise<Result>,
): Promise<Result> {
  return withFaultyServer(respondingByPath(faults), (server) =>
    use({ ...server, url: `http://127.0.0.1:${server.port}` }),
  );
}

function respondingByPath(faults: readonly WireFault[]): Fault {
  const byPath = new Map(faults.map((fault) => [`/${fault.name}`, fault]));
  const faultOf = (request: string) => byPath.get(/^\S+ (\S+)/.exec(request)?.[1] ?? '');
  const serve = afterRequest((socket, request) => (faultOf(request)?.act ?? says(HEALTHY))(socket));
  return (socket, connection) => {
    socket.on('data', (chunk: Buffer) => {
      const fault = faultOf(chunk.toString('latin1', 0, 200));
      if (!fault?.early) return;
      socket.removeAllListeners('data').pause();
      fault.act(socket);
    });
    serve(socket, connection);
  };
}
