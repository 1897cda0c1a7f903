import { useQuery } from '@tanstack/react-query';
import { api } from '#renderer/client/api.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';

/** Things that an argument may name: workflows, recent runs, schedules. */
export function useSuggestions(
  operation: string,
  field: string | undefined,
): { id: string; label: string }[] {
  const [group] = operation.split('.');
  const wantsWorkflow = field === 'workflow' || (field === 'name' && operation === 'runs.start');
  const wantsRun = field === 'id' && group === 'runs';
  const wantsSchedule = field === 'id' && group === 'schedules';
  const workflows = useQuery(
    api.workflows.list.queryOptions({ input: {}, enabled: wantsWorkflow }),
  );
  const runs = useQuery(api.runs.list.queryOptions({ input: { limit: 20 }, enabled: wantsRun }));
  const schedules = useQuery(
    api.schedules.list.queryOptions({ input: {}, enabled: wantsSchedule }),
  );
  if (wantsWorkflow) {
    return workflows.data?.workflows.map(({ name }) => ({ id: name, label: name })) ?? [];
  }
  if (wantsRun) {
    return (
      runs.data?.items.map((run) => ({ id: run.id, label: `${run.workflow} ${run.id}` })) ?? []
    );
  }
  if (!wantsSchedule) return [];
  return (
    schedules.data?.schedules.map((one) => ({
      id: one.id,
      label: `${one.workflow}: ${wordsSaid(one)}`,
    })) ?? []
  );
}
