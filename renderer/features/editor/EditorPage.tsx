import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '#renderer/client/api.ts';
import { kindSaid } from '#renderer/i18n/said.ts';
import { ErrorState } from '#renderer/ui/ErrorState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { learnKinds } from './canvas/insertKind.ts';
import { EditorBody } from './page/EditorBody.tsx';
import { DocumentContext, KindsContext } from './store/context.ts';
import { EditorDocument } from './store/EditorDocument.ts';
import type { KindInfo } from '#contract/workflows.ts';

/** The kinds of step, by name; asked once. */
export function useKindMap(): ReadonlyMap<string, KindInfo> {
  const { data } = useQuery(api.workflows.kinds.queryOptions({ input: {}, staleTime: 300_000 }));
  const { language } = useTranslation().i18n;
  return useMemo(() => {
    const kinds = new Map((data?.kinds ?? []).map((kind) => [kind.kind, kindSaid(kind, language)]));
    learnKinds(kinds);
    return kinds;
  }, [data, language]);
}

/** The editor of one workflow: canvas, form and file, three views of one text. */
function EditorPage(props: { name?: string }) {
  const params = useParams({ strict: false });
  const name = props.name ?? params.name ?? '';
  return <Loader key={name} name={name} />;
}

function Loader({ name }: { name: string }) {
  const kinds = useKindMap();
  const { data, error, refetch } = useQuery(
    api.workflows.get.queryOptions({
      input: { name },
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnMount: 'always',
    }),
  );
  const [document, setDocument] = useState<EditorDocument>();
  if (data && !document) {
    const fresh = new EditorDocument(name, data.workflow.source, { hash: data.workflow.hash });
    fresh.check(data.workflow.source, data.workflow.problems);
    setDocument(fresh);
  }
  useEffect(() => {
    if (!data || !document) return;
    // What is on disk has changed and nothing here has: follow. An edit here meets it on saving.
    const { base } = document.state;
    const { source, hash } = data.workflow;
    if (base.hash !== hash && document.text === base.text) document.replace(source, hash);
  }, [data, document]);
  if (error && !document) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!document) return <Skeleton lines={10} />;
  return (
    <DocumentContext value={document}>
      <KindsContext value={kinds}>
        <ReactFlowProvider>
          <EditorBody />
        </ReactFlowProvider>
      </KindsContext>
    </DocumentContext>
  );
}

export default EditorPage;
