import { approval } from './approval.ts';
import { code } from './code.ts';
import { file } from './file.ts';
import type { StepKind } from './kind.ts';
import { http } from './http.ts';
import { notify } from './notify.ts';
import { respond } from './respond.ts';
import { shell } from './shell.ts';
import { transform } from './transform.ts';
import { wait } from './wait.ts';
import { workflow } from './workflow.ts';

/** The kinds of step that come with Nexus, in the order in which the palette shows them. */
export const builtinKinds: StepKind[] = [
  shell,
  http,
  transform,
  code,
  file,
  wait,
  approval,
  workflow,
  notify,
  respond,
];
