import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search, SearchX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '#contract/workflows.ts';
import { api } from '#renderer/client/api.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { cn } from '#renderer/ui/cn.ts';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import {
  formatFilter,
  matchFilter,
  parseFilter,
  withTerm,
} from '#renderer/ui/filter/filterQuery.ts';
import { Input } from '#renderer/ui/Input.tsx';
import { PageHeader } from '#renderer/ui/PageHeader.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { CreateDialog } from '../workflows/CreateDialog.tsx';
import { GraphPicture } from './GraphPicture.tsx';

const translated = (one: Template): Template => ({
  ...one,
  title: textSaid(one.title),
  description: textSaid(one.description),
});

function TemplateCard({ template, onUse }: { template: Template; onUse: () => void }) {
  const { t } = useTranslation('workflows');
  return (
    <li className="flex flex-col overflow-hidden rounded-card border border-border bg-surface-2 transition-colors hover:border-border-strong">
      <div className="flex h-32 items-center justify-center border-b border-border bg-surface-1 p-4">
        <GraphPicture
          steps={template.steps}
          label={t('template.graph', { title: template.title })}
        />
      </div>
      <div className="flex flex-1 flex-col gap-2 p-4">
        <h2 className="font-semibold">{template.title}</h2>
        <p className="flex-1 text-sm text-pretty text-muted">{template.description}</p>
        <div className="flex flex-wrap gap-1">
          {template.tags.map((tag) => (
            <Badge key={tag}>{textSaid(tag)}</Badge>
          ))}
        </div>
        <div className="mt-1 flex items-center justify-between gap-2">
          <span className="min-w-0">
            {template.needs_part ? (
              <Badge tone="warn">{t('template.needs', { part: template.needs_part })}</Badge>
            ) : (
              <span className="text-xs text-muted">
                {t('stepsCount', { count: template.steps.length })}
              </span>
            )}
          </span>
          <Button size="sm" onClick={onUse}>
            {t('template.use')}
          </Button>
        </div>
      </div>
    </li>
  );
}

/** Workflows that work, to start from. */
export function TemplatesPage() {
  const { t } = useTranslation('workflows');
  const { q = '' } = useSearch({ from: '/templates' });
  const navigate = useNavigate({ from: '/templates' });
  const [using, setUsing] = useState<Template>();
  const list = useQuery(api.workflows.templates.queryOptions({ input: {} }));
  const workflows = useQuery(api.workflows.list.queryOptions({ input: {} }));
  const all = (list.data?.templates ?? []).map(translated);
  const terms = parseFilter(q);
  const tag = terms.find((term) => term.field === 'tag')?.values[0];
  const words = formatFilter(terms.filter((term) => term.field !== 'tag'));
  const [typed, setTyped] = useState(words);
  const setQuery = (next: string) =>
    void navigate({ search: { q: next || undefined }, replace: true });
  const tags = [...new Set(all.flatMap((one) => one.tags))].sort();
  const shown = all.filter((one) =>
    matchFilter(terms, {
      title: one.title,
      description: one.description,
      tag: one.tags,
      uses: one.steps.map((step) => step.uses),
    }),
  );
  return (
    <div className="mx-auto w-full max-w-6xl pb-8">
      <PageHeader title={t('template.title')} text={t('template.text')} />
      <QueryState query={list} lines={8} />
      {list.data && (
        <>
          <div className="flex flex-wrap items-center gap-3 px-6 pb-4 max-narrow:px-4">
            <Input
              icon={<Search />}
              className="w-full max-w-xs"
              aria-label={t('template.search')}
              placeholder={t('template.search')}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setQuery(withTerm(event.target.value, 'tag', tag ? [tag] : []));
              }}
            />
            <div role="group" aria-label={t('template.tags')} className="flex flex-wrap gap-1">
              {[undefined, ...tags].map((one) => (
                <button
                  key={one ?? ''}
                  type="button"
                  aria-pressed={one === tag}
                  onClick={() => setQuery(withTerm(q, 'tag', one ? [one] : []))}
                  className={cn(
                    'h-6 rounded-full px-2.5 text-xs transition-colors',
                    one === tag
                      ? 'bg-accent font-medium text-on-accent'
                      : 'text-muted hover:bg-surface-3 hover:text-text',
                  )}
                >
                  {one === undefined ? t('template.all') : textSaid(one)}
                </button>
              ))}
            </div>
          </div>
          {shown.length === 0 ? (
            <EmptyState
              icon={<SearchX />}
              title={t('template.none')}
              text={t('template.noneText')}
            />
          ) : (
            <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,300px),1fr))] gap-4 px-6 max-narrow:px-4">
              {shown.map((one) => (
                <TemplateCard key={one.id} template={one} onUse={() => setUsing(one)} />
              ))}
            </ul>
          )}
        </>
      )}
      {using && (
        <CreateDialog
          title={t('template.useTitle', { title: using.title })}
          note={using.needs_part && t('template.needsText')}
          taken={workflows.data?.workflows.map((one) => one.name) ?? []}
          template={{ id: using.id, name: using.id }}
          onClose={() => setUsing(undefined)}
        />
      )}
    </div>
  );
}
