export { exposition, type Figures } from './exposition.ts';
export { OperationTelemetry, type OperationOutcome, type OperationSummary } from './operations.ts';
