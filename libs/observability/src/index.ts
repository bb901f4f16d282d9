export { createLoggerModule, LOG_LEVELS, type LogLevel } from './logging/logger.module.js';
export { redact, redactUrls, REDACTED } from './logging/redact.js';
export { faultPoint, InjectedFault, parseFaultPoints } from './faults/fault-point.js';
export { metrics, type Metrics } from './metrics/metrics.js';
export { HealthServer, type ReadinessCheck } from './health/health.server.js';
