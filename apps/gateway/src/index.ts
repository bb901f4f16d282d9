export { GatewayModule, type GatewayOptions } from './gateway.module.js';
export { GatewayConfig } from './gateway.config.js';
