import type { ServiceDto } from '@catalogue-sync/api-client';
import { bytes } from '../words/numbers.js';
import { When } from '../words/times.js';

/** Every process of every service that answers now. */
export function Replicas({ services }: { services: ServiceDto[] }) {
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="quiet-table" aria-label="Replicas">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Replica</th>
            <th scope="col">Up since</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {services.flatMap(({ name, replicas }) =>
            replicas.length === 0
              ? [
                  <tr key={name}>
                    <td>{name}</td>
                    <td colSpan={3}>none answers</td>
                  </tr>,
                ]
              : replicas.map((replica) => (
                  <tr key={`${name}:${replica.name}`}>
                    <td>{name}</td>
                    <td>{replica.name}</td>
                    <td>
                      <When time={replica.startedAt} />
                    </td>
                    <td>{bytes(replica.memoryBytes)}</td>
                  </tr>
                )),
          )}
        </tbody>
      </table>
    </div>
  );
}
