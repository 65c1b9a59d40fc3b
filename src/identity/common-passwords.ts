/**
 * Stems that passwords of lists of leaked ones are made of. Together with the rules below they stand for millions
 * of entries of twelve characters and more: stems in a row, in leet spelling, with digits and signs around.
 */
const STEMS =
  `password passwort passwd motdepasse contrasena wachtwoord secret geheim letmein welcome willkommen bienvenue
bonjour hello hallo admin administrator root superuser user guest default changeme change login signin access master
manager office company business internet computer server system network security secure private test testing temp
temporary demo sample example qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdf asdfgh asdfghjkl zxcv zxcvbn
zxcvbnm yxcvbnm qwer wasd qazwsx qazwsxedc wsxedc abc abcd abcde abcdef abcdefg abcdefgh abcdefghijkl iloveyou ilove
loveyou lovely love forever princess prince sunshine moonlight sunflower flower butterfly rainbow unicorn angel
dragon monkey tiger lion eagle falcon phoenix wolf panther dolphin chicken turtle football fussball soccer baseball
basketball hockey tennis golf superman batman spiderman ironman starwars pokemon naruto minecraft fortnite gaming
michael jennifer jessica ashley daniel matthew joshua andrew thomas robert william charlie jordan hunter harley
george maggie ginger buster pepper summer sommer winter spring autumn herbst january february march april june july
august september october november december monday tuesday wednesday thursday friday saturday sunday liverpool
chelsea arsenal barcelona madrid juventus london berlin paris newyork california america england germany deutschland
samsung google apple microsoft windows facebook instagram linkedin twitter youtube slack drawbridge trustno one two
three four five six seven eight nine zero mustang ferrari porsche corvette mercedes yamaha killer shadow freedom
whatever nothing cookie cheese chocolate banana orange purple yellow silver golden diamond crystal happy lucky
mother father family daddy mommy baby babygirl sweetheart beautiful jesus christ heaven blessed god is the my your
you me i a and for to it in of no yes please thank thanks correcthorsebatterystaple thisisapassword`.split(
    /\s+/,
  );

const LEET: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
const BY_LENGTH = [...STEMS].sort((a, b) => b.length - a.length);
const LONGEST_CHECKED = 128;

/**
 * Tells whether a password is one of those that are tried first.
 * @param password the password
 * @returns whether it repeats a few characters, runs along a keyboard or the alphabet, or is one or two common
 *   words with digits and signs around
 */
export function commonPassword(password: string): boolean {
  const lower = password.toLowerCase().slice(0, LONGEST_CHECKED);
  if (new Set(lower).size <= 3 || repeats(lower) || runs(lower)) return true;
  const plain = lower.replace(/[^\p{L}]/gu, '');
  const unleeted = [...lower].map((character) => LEET[character] ?? character).join('');
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const unleetedCore = [...core].map((character) => LEET[character] ?? character).join('');
  return [plain, unleeted, unleetedCore].some((word) => ofFewStems(word.replace(/[^\p{L}]/gu, '')));
}

/** One unit of up to half the length, again and again. */
function repeats(word: string): boolean {
  for (let size = 1; size <= word.length / 2; size += 1) {
    if (
      word ===
      word
        .slice(0, size)
        .repeat(Math.ceil(word.length / size))
        .slice(0, word.length)
    )
      return true;
  }
  return false;
}

/** At most three stretches of a keyboard row or the alphabet, forwards or backwards. */
function runs(word: string): boolean {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join('')]);
  let rest = word;
  for (let stretches = 0; stretches < 3 && rest !== ''; stretches += 1) {
    let size = 0;
    while (size < rest.length && rows.some((row) => row.includes(rest.slice(0, size + 1)))) size += 1;
    if (size < 3) return false;
    rest = rest.slice(size);
  }
  return rest === '';
}

/** Whether a word can be cut into at most two different stems. */
function ofFewStems(word: string): boolean {
  if (word === '') return false;
  const visit = (rest: string, used: ReadonlySet<string>): boolean => {
    if (rest === '') return true;
    return BY_LENGTH.some((stem) => {
      if (!rest.startsWith(stem) || (used.size === 2 && !used.has(stem))) return false;
      return visit(rest.slice(stem.length), new Set([...used, stem]));
    });
  };
  return visit(word, new Set());
}
