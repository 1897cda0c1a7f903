import { StreamLanguage, type StreamParser } from '@codemirror/language';

interface ShellState {
  quote: '' | '"' | "'";
}

const words =
  /^(?:if|then|else|elif|fi|for|in|do|done|while|until|case|esac|function|return|exit|export|local|set|trap)(?![\w-])/;

const parser: StreamParser<ShellState> = {
  startState: () => ({ quote: '' }),
  token(stream, state) {
    if (state.quote !== '') {
      if (stream.skipTo(state.quote)) {
        stream.next();
        state.quote = '';
      } else stream.skipToEnd();
      return 'string';
    }
    if (stream.eatSpace()) return null;
    const fresh = stream.sol() || /\s/.test(stream.string.charAt(stream.pos - 1));
    if (fresh && stream.peek() === '#') {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^\$(?:\w+|\{[^{}]*\}|[?#@*$!-])/)) return 'variableName';
    if (fresh && stream.match(words)) return 'keyword';
    if (stream.match(/^\d+\b/)) return 'number';
    const char = stream.next();
    if (char === '\\') stream.next();
    if (char === '"' || char === "'") {
      state.quote = char;
      return 'string';
    }
    if (char !== undefined && /[\w-]/.test(char)) stream.eatWhile(/[\w-]/);
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
};

/** Enough of the shell to be read with ease: comments, strings, variables, words of the language. */
export const shell = StreamLanguage.define(parser);
