import type {
  ContractProcedure,
  ErrorMap,
  InferSchemaInput,
  InferSchemaOutput,
  Meta,
} from '@orpc/contract';
import type { Contract } from '#contract/index.ts';
import type { StreamFrame } from '#contract/stream.ts';
import type { Call } from './call.ts';

/** What a handler receives: the validated input, defaults filled in. */
export type InputOf<Operation> =
  Operation extends ContractProcedure<infer Input, infer _Output, ErrorMap, Meta>
    ? InferSchemaOutput<Input>
    : never;

/** What the output schema accepts. */
type RawOutputOf<Operation> =
  Operation extends ContractProcedure<infer _Input, infer Output, ErrorMap, Meta>
    ? InferSchemaInput<Output>
    : never;

/** What a handler gives: of a streaming operation the bare items, which the binding gates. */
export type OutputOf<Operation> =
  RawOutputOf<Operation> extends AsyncIterator<infer Frame>
    ? Frame extends StreamFrame<infer Item>
      ? AsyncIterable<Item>
      : never
    : RawOutputOf<Operation> | Promise<RawOutputOf<Operation>>;

export type Handler<Operation> = (input: InputOf<Operation>, call: Call) => OutputOf<Operation>;

/** One handler for every operation of the table, and none besides. */
export type Handlers = {
  [Group in keyof Contract]: {
    [Name in keyof Contract[Group]]: Handler<Contract[Group][Name]>;
  };
};

/** Input and (awaited) output of one operation, for the services' interfaces. */
export type In<Group extends keyof Contract, Name extends keyof Contract[Group]> = InputOf<
  Contract[Group][Name]
>;
export type Out<Group extends keyof Contract, Name extends keyof Contract[Group]> = Awaited<
  OutputOf<Contract[Group][Name]>
>;
