// The search of the front page: every word that is typed is compared with the words of every card, by their beginnings.
const ENDING = /(?:i?er(?:ung(?:en)?|en|t)|at(?:ion(?:en|s)?|or(?:en|s)?|ing|e[ds]?)|i[sz](?:ing|er|ation|e[ds]?)|ungen|ung|ings?|ions?|[eo]rs?|ive|e[nmsd]?|s|y)$/;
const SHORTEST = { stem: 3, beginning: 4, part: 5 };  // letters
const ELSEWHERE = 0.3;  // of what a word counts in a description or an example, compared with a name
const PHRASE = 2;
const WHOLE = 2.5;

// As `_WORD` in front_page.py; commas stand between what is one phrase.
const PARTS = /[\p{L}\p{N}_$€]+|,/gu;
const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss");

function stemOf(text) {
  const stem = text.replace(ENDING, "").replace(/(\p{L})\1$/u, "$1");  // chat, chatting
  return stem.length < SHORTEST.stem ? text : stem;
}

const wordsOf = (text) => (folded(text).match(PARTS) ?? []).map((one) => ({ text: one, stem: stemOf(one) }));

// How much a word of a card is the one that is typed: that, one of its forms, longer, or a part of it.
function likeness(typed, word) {
  if (word.text === typed.text) return 1;
  if (word.stem === typed.stem) return 0.9;
  if (word.text.startsWith(typed.text)) return 0.8;
  if (typed.stem.length >= SHORTEST.beginning && word.stem.startsWith(typed.stem)) return 0.7;
  if (typed.stem.length >= SHORTEST.part && word.text.includes(typed.stem)) return 0.5;
  return word.stem.length >= SHORTEST.part && typed.text.startsWith(word.stem) ? 0.5 : 0;
}

const best = (words, typed) => words.reduce((most, word) => Math.max(most, likeness(typed, word)), 0);

// All that is typed in its order counts more than its words, and most if it is a name or a search word as a whole.
function inOrder(words, terms) {
  let most = 1;
  words.forEach((_, at) => {
    if (!terms.every((typed, next) => words[at + next] && likeness(typed, words[at + next]) > 0.5)) return;
    const ends = [words[at - 1], words[at + terms.length]];
    most = Math.max(most, ends.every((one) => (one?.text ?? ",") === ",") ? WHOLE : PHRASE);
  });
  return most;
}

const read = new WeakMap();
function wordsOfCard(card) {
  const { words, more } = card.dataset;
  if (!read.has(card)) read.set(card, { names: wordsOf(words), more: wordsOf(more) });
  return read.get(card);
}

// The cards that fit what is typed, best first; null if nothing is typed. What few cards have counts more.
function found(cards, text) {
  const terms = wordsOf(text).filter((one) => one.text !== ",");
  if (!terms.length) return null;
  const all = cards.map((card) => {
    const { names, more } = wordsOfCard(card);
    return { card, likes: terms.map((typed) => Math.max(best(names, typed), ELSEWHERE * best(more, typed))), names };
  });
  const rarity = terms.map((_, at) => Math.log(1 + cards.length / all.filter(({ likes }) => likes[at]).length));
  const scored = all.map(({ card, likes, names }) => {
    const sum = likes.reduce((total, one, at) => total + (one && one * rarity[at]), 0);
    return { card, score: sum && sum * inOrder(names, terms) };
  });
  scored.sort((one, other) => other.score - one.score);
  return scored.filter(({ score }) => score > scored[0].score / 2).map(({ card }) => card);
}

window.finder = { found };
