import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostOptions } from '#contract/hosts.ts';
import type { Asked } from '#main/questions/index.ts';
import { NexusError } from '#main/base/errors.ts';
import { someHost } from '../testing/host.ts';
import { opensshPrompts } from './prompts.ts';

const KEY = "Enter passphrase for key '/keys/mine': ";
const NEW_KEY = `The authenticity of host 'web (10.0.0.1)' can't be established.
ED25519 key fingerprint is SHA256:abcdefghijklmnopqrstuvwxyz0123456789+/ABCDE.
Are you sure you want to continue connecting (yes/no/[fingerprint])? `;

function made(options: HostOptions = {}, person: string | NexusError | null = 'typed') {
  const asked: Asked[] = [];
  const taken: string[] = [];
  const ask = async (question: Asked) => {
    asked.push(question);
    if (person instanceof NexusError) throw person;
    return { answer: person! };
  };
  const over = new AbortController();
  const prompts = opensshPrompts(
    someHost({ identity: ['/keys/mine'] }, options),
    {
      secret: (name) => (taken.push(name), `value of ${name}`),
      ask: person === null ? undefined : ask,
    },
    over.signal,
  );
  return { prompts, asked, taken, over };
}

describe('what the system’s ssh asks', () => {
  it('is answered from the secrets where it is about the host’s own key or its password', async () => {
    const { prompts, asked } = made({ passphrase_secret: 'PP', password_secret: 'PW' });
    expect(await prompts.answer(KEY)).toBe('value of PP');
    expect(await prompts.answer('Enter passphrase for /keys/mine: ')).toBe('value of PP');
    expect(await prompts.answer("deploy@10.0.0.1's password: ")).toBe('value of PW');
    expect(await prompts.answer('(deploy@10.0.0.1) Password: ')).toBe('value of PW');
    expect(asked).toEqual([]);
  });

  it('never gets the passphrase of a key for words that a server may have written', async () => {
    // Bug caught: a hostile server asks for the passphrase in the words of ssh, and gets it.
    const server = fc.oneof(
      fc.string(),
      fc.string().map((text) => `(deploy@10.0.0.1) ${KEY}${text}`),
      fc.string({ minLength: 1 }).map((text) => `${text}\n${KEY}`),
      fc.constantFrom(
        `(deploy@10.0.0.1) ${KEY}`,
        "Enter passphrase for key '/keys/other': ",
        "Enter passphrase for key '/keys/mine/../mine': ",
        `${KEY}again`,
      ),
    );
    await fc.assert(
      fc.asyncProperty(server, async (prompt) => {
        const { prompts, taken } = made({ passphrase_secret: 'PP' });
        expect(await prompts.answer(prompt)).toBe('typed');
        expect(taken).toEqual([]);
      }),
    );
  });

  it('is shown to a person in its own words, cut where it is endless, and hidden while typed', async () => {
    const { prompts, asked } = made();
    expect(await prompts.answer(`Verification code: ${'x'.repeat(9000)}`)).toBe('typed');
    expect(asked).toMatchObject([
      { kind: 'code', subject: 'web', fields: [{ name: 'answer', type: 'secret' }] },
    ]);
    expect(asked[0]!.text.length).toBe(4000);
    await prompts.answer(KEY);
    await prompts.answer('Password: ');
    expect(asked.map((one) => one.kind)).toEqual(['code', 'passphrase', 'password']);
  });

  it('of a new host key is a choice, and a refusal is one', async () => {
    const { prompts, asked } = made({}, 'yes');
    expect(await prompts.answer(NEW_KEY)).toBe('yes');
    expect(asked).toMatchObject([
      {
        kind: 'host_key',
        text: expect.stringContaining('SHA256:abc'),
        fields: [{ type: 'choice' }],
      },
    ]);
    const refusal = new NexusError({ code: 'question.refused', message: 'no' });
    await expect(made({}, refusal).prompts.answer(NEW_KEY)).rejects.toBe(refusal);
  });

  it('is an error that says what would have been asked where nobody may be', async () => {
    const { prompts } = made({}, null);
    await expect(prompts.answer(NEW_KEY)).rejects.toMatchObject({
      code: 'ssh.host_key_unknown',
      message: expect.stringContaining('SHA256:abcdefghij'),
      details: { retryable: false },
    });
    await expect(prompts.answer(`Code: ${'x'.repeat(500)}`)).rejects.toMatchObject({
      code: 'ssh.auth_needs_person',
      message: expect.stringMatching(/^.{1,300}$/),
    });
    expect(() => prompts.notice('touch it')).not.toThrow();
  });

  it('and wants no answer to is shown until it is over', () => {
    const { prompts, asked, over } = made(
      {},
      new NexusError({ code: 'question.cancelled', message: '' }),
    );
    prompts.notice('Confirm user presence for key');
    expect(asked).toMatchObject([{ kind: 'other', title: 'web waits', fields: [] }]);
    expect(asked[0]!.signal).toBe(over.signal);
  });
});
