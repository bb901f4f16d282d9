import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'catalogue_sync_';

/**
 * The process's metrics. Names get the prefix `catalogue_sync_`; asking for a name again gives the same metric, so that two instances of
 * a class may share it. Labels must come from small fixed sets: never item ids, URLs or messages.
 */
class Metrics {
  readonly registry = new Registry();
  private collecting = false;

  /** Adds the process's own metrics (CPU, memory, event loop, GC); once. */
  collectDefaults(service: string): void {
    if (this.collecting) return;
    this.collecting = true;
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return (
      this.existing<Counter<Label>>(name) ??
      new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry] })
    );
  }

  gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> {
    return (
      this.existing<Gauge<Label>>(name) ??
      new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] })
    );
  }

  /** `buckets` in the metric's own unit; default: seconds from 1 ms to 60 s. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets: number[] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
  ): Histogram<Label> {
    return (
      this.existing<Histogram<Label>>(name) ??
      new Histogram({ name: PREFIX + name, help, labelNames, buckets, registers: [this.registry] })
    );
  }

  private existing<Metric>(name: string): Metric | undefined {
    return this.registry.getSingleMetric(PREFIX + name) as Metric | undefined;
  }
}

export const metrics = new Metrics();
export type { Metrics };
