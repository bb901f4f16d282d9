export { natsEvents, type NatsEventsOptions } from './nats-events.js';
