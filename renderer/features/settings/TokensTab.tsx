import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Token } from '#contract/platform.ts';
import { textSaid } from '#renderer/i18n/said.ts';
import { api } from '#renderer/client/api.ts';
import { Badge } from '#renderer/ui/Badge.tsx';
import { Button } from '#renderer/ui/Button.tsx';
import { Card } from '#renderer/ui/Card.tsx';
import { ConfirmDialog } from '#renderer/ui/ConfirmDialog.tsx';
import { EmptyState } from '#renderer/ui/EmptyState.tsx';
import { IconButton } from '#renderer/ui/IconButton.tsx';
import { RelativeTime } from '#renderer/ui/RelativeTime.tsx';
import { QueryState } from '#renderer/ui/QueryState.tsx';
import { Skeleton } from '#renderer/ui/Skeleton.tsx';
import { toastDone } from '#renderer/ui/toast.ts';
import { useNow } from '#renderer/ui/useNow.ts';
import { CreateToken } from './CreateToken.tsx';
import { LoginLink } from './LoginLink.tsx';

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const { t } = useTranslation('settings');
  const now = useNow(60_000);
  const expired = token.expires_at ? Date.parse(token.expires_at) <= now : false;
  return (
    <li className="flex items-center gap-3 px-4 py-2.5">
      <KeyRound className="size-4 shrink-0 text-muted" aria-hidden />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <span className="truncate text-sm font-medium">{token.name}</span>
          <Badge tone={token.role === 'admin' ? 'warn' : 'neutral'}>{textSaid(token.role)}</Badge>
          {expired && <Badge tone="danger">{t('tokens.expired')}</Badge>}
        </div>
        <div className="flex flex-wrap gap-x-3 text-xs text-muted">
          <span>
            {t('tokens.created')} <RelativeTime at={token.created_at} />
          </span>
          <span>
            {token.last_used_at ? (
              <>
                {t('tokens.lastUsed')} <RelativeTime at={token.last_used_at} />
              </>
            ) : (
              t('tokens.notUsed')
            )}
          </span>
          {token.expires_at && !expired && (
            <span>
              {t('tokens.expires')} <RelativeTime at={token.expires_at} />
            </span>
          )}
        </div>
      </div>
      <IconButton
        label={t('tokens.revokeTitle', { name: token.name })}
        variant="danger-ghost"
        onClick={onRevoke}
      >
        <Trash2 />
      </IconButton>
    </li>
  );
}

function TokenList() {
  const { t } = useTranslation('settings');
  const cache = useQueryClient();
  const list = useQuery(api.tokens.list.queryOptions({ input: {} }));
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token>();
  const revoke = useMutation(
    api.tokens.revoke.mutationOptions({
      onSuccess: async () => {
        toastDone(t('tokens.revoked', { name: revoking?.name ?? '' }));
        setRevoking(undefined);
        await cache.invalidateQueries({ queryKey: api.tokens.list.key() });
      },
    }),
  );
  if (list.isPending || list.isError) return <QueryState query={list} lines={3} />;
  const create = (
    <Button size="sm" variant="primary" icon={<Plus />} onClick={() => setCreating(true)}>
      {t('tokens.create')}
    </Button>
  );
  return (
    <>
      <Card title={t('tabs.tokens')} aside={create} flush>
        {list.data.tokens.length === 0 ? (
          <EmptyState
            compact
            icon={<KeyRound />}
            title={t('tokens.empty')}
            text={t('tokens.text')}
          />
        ) : (
          <ul className="divide-y divide-border">
            {list.data.tokens.map((token) => (
              <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
            ))}
          </ul>
        )}
      </Card>
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      <ConfirmDialog
        open={revoking !== undefined}
        onOpenChange={() => setRevoking(undefined)}
        title={t('tokens.revokeTitle', { name: revoking?.name ?? '' })}
        consequences={t('tokens.revokeText')}
        verb={t('tokens.revoke')}
        busy={revoke.isPending}
        onConfirm={() => {
          if (revoking) revoke.mutate({ id: revoking.id });
        }}
      />
    </>
  );
}

/** Who may come in from elsewhere: tokens and login links. */
export function TokensTab() {
  const { t } = useTranslation('settings');
  const { data: me } = useQuery(api.platform.whoami.queryOptions({ input: {} }));
  if (!me) return <Skeleton lines={3} />;
  if (me.role !== 'admin') {
    return <EmptyState compact icon={<KeyRound />} title={t('tokens.adminOnly')} />;
  }
  return (
    <>
      <TokenList />
      <LoginLink />
    </>
  );
}
