// @huggingface/inference: a call of every task it has, by endpoint URL.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The package is where the process was started, not beside this file.
const found = createRequire(`${process.cwd()}/`).resolve("@huggingface/inference");
const { InferenceClient } = await import(pathToFileURL(found));

const setting = JSON.parse(readFileSync(0, "utf8"));
const { engine, paths, texts, files } = setting;
const url = (task) => engine + paths[task];
const at = (task) => new InferenceClient("hf_none").endpoint(url(task));
const chatAt = (address) => new InferenceClient("hf_none").endpoint(address);
const textAt = chatAt(`${engine}/models/${setting.text_model}`);
const file = (name) => new Blob([readFileSync(files[name])]);

const asJson = async (answer) => (answer instanceof Blob ? (await answer.arrayBuffer()).byteLength : answer);

async function collected(stream, piece) {
  const pieces = [];
  for await (const event of stream) pieces.push(piece(event));
  return pieces;
}

const chat = { messages: texts.chat, model: setting.chat_model };
const prompt = { inputs: "The captain of the", parameters: { max_new_tokens: 12, seed: 3 } };
const calls = {
  "audio-classification": () => at("audio-classification").audioClassification({ data: file("sound") }),
  "automatic-speech-recognition": () =>
    at("automatic-speech-recognition").automaticSpeechRecognition({ data: file("speech") }),
  "text-to-speech": () => at("text-to-speech").textToSpeech({ inputs: "Good morning." }),
  "image-classification": () => at("image-classification").imageClassification({ data: file("photo") }),
  "image-segmentation": () => at("image-segmentation").imageSegmentation({ inputs: file("picture") }),
  "image-to-image": () =>
    at("image-to-image").imageToImage({ inputs: file("picture"), parameters: { prompt: "make it grayscale" } }),
  "image-to-text": () => at("image-to-text").imageToText({ data: file("page") }),
  "object-detection": () => at("object-detection").objectDetection({ data: file("page") }),
  "text-to-image": () => at("text-to-image").textToImage({ inputs: "a lighthouse at night" }),
  "zero-shot-image-classification": () =>
    at("zero-shot-image-classification").zeroShotImageClassification({
      inputs: { image: file("picture") },
      parameters: { candidate_labels: ["a dark picture", "a bright picture"] },
    }),
  "document-question-answering": () =>
    at("document-question-answering").documentQuestionAnswering({
      inputs: { image: file("page"), question: "What is the total?" },
    }),
  "visual-question-answering": () =>
    at("visual-question-answering").visualQuestionAnswering({
      inputs: { image: file("picture"), question: "What is the main colour?" },
    }),
  "feature-extraction": () => at("feature-extraction").featureExtraction({ inputs: texts.easy }),
  "sentence-similarity": () =>
    at("sentence-similarity").sentenceSimilarity({
      inputs: { source_sentence: texts.easy, sentences: texts.others },
    }),
  "zero-shot-classification": () =>
    at("zero-shot-classification").zeroShotClassification({
      inputs: texts.easy,
      parameters: { candidate_labels: ["learning", "cooking"] },
    }),
  "fill-mask": () => at("fill-mask").fillMask({ inputs: "He drank a cup of [MASK]." }),
  "question-answering": () =>
    at("question-answering").questionAnswering({ inputs: { question: texts.question, context: texts.context } }),
  summarization: () => at("summarization").summarization({ inputs: texts.report }),
  "table-question-answering": () =>
    at("table-question-answering").tableQuestionAnswering({
      inputs: { query: "What is the length of Beatrix?", table: setting.table },
    }),
  "text-classification": () => at("text-classification").textClassification({ inputs: "What a wonderful evening!" }),
  "token-classification": () => at("token-classification").tokenClassification({ inputs: "We met Angela in Lisbon." }),
  translation: () => at("translation").translation({ inputs: "Thank you very much." }),
  "tabular-classification": () =>
    at("tabular-classification").tabularClassification({ inputs: { data: setting.iris } }),
  "tabular-regression": () => at("tabular-regression").tabularRegression({ inputs: { data: setting.diabetes } }),
  "text-generation": () => textAt.textGeneration(prompt),
  // The library asks /v1/completions and passes on the events as they come, whatever its types say.
  "text-generation, stream": () =>
    collected(textAt.textGenerationStream(prompt), (event) => event.choices[0]?.text ?? ""),
  conversational: async () => (await chatAt(`${engine}/v1`).chatCompletion(chat)).choices[0].message.content,
  "conversational, stream": () =>
    collected(chatAt(`${engine}/v1`).chatCompletionStream(chat), (event) => event.choices[0]?.delta.content ?? ""),
  "conversational at the model": async () =>
    (await chatAt(`${engine}/models/${setting.chat_model}`).chatCompletion(chat)).choices[0].message.content,
  "conversational at the model, stream": () =>
    collected(
      chatAt(`${engine}/models/${setting.chat_model}`).chatCompletionStream(chat),
      (event) => event.choices[0]?.delta.content ?? "",
    ),
};

const outcomes = {};
for (const [name, call] of Object.entries(calls)) {
  try {
    outcomes[name] = { answer: await asJson(await call()) };
  } catch (error) {
    const said = error.httpResponse ? ` ${JSON.stringify(error.httpResponse.body)}` : "";
    outcomes[name] = { error: `${error.name}: ${error.message}${said}` };
  }
}
console.log(JSON.stringify(outcomes));
