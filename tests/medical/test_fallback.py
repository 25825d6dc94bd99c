"""What is not listed: true broader terms, and traps that must give nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.medical.reading import facts_of, in_note, sheet_of

from sekisho.local.medical.fallback import broad_codes, fall_back
from sekisho.local.medical.fallback_words import fallback_data
from sekisho.local.medical.fold import fold
from sekisho.local.medical.lookup import look_up
from sekisho.local.medical.tables import listed, rows
from sekisho.local.medical.vocabulary import load_vocabulary

KINDS = {"m": ("medicine", "class"), "c": ("condition",), "a": ("allergen", "medicine", "class")}
_KIND_OF = {"m": "class", "c": "condition", "a": "allergen"}

#: Words -> what they fall back to. Names are invented with true stems, or real and not listed.
MEDICINES = """
フェノサルタン = arbs
フェノサルタンカリウムOD錠20mg「サワイ」 = arbs
【般】フェノサルタン錠40mg 1T 分1 朝食後 = arbs
fenosartan potassium 40 MG Oral Tablet = arbs
タラプリル塩酸塩錠5mg = ace_inhibitors
taranopril 5 mg = ace_inhibitors
レノジピン徐放カプセル = dihydropyridines
levodipine 10 mg tablet = dihydropyridines
セリバスタチンナトリウム錠 = statins
cerivastatin 0.3 mg = statins
メタリグリプチン錠50mg = dpp4_inhibitors
denagliptin = dpp4_inhibitors
ソタグリフロジン200mg = sglt2_inhibitors
sotagliflozin 200 MG = sglt2_inhibitors
リボグリタゾン = thiazolidinediones
インスリンアイコデク注 フレックスタッチ = insulins
サラフロキサシン錠100mg = quinolones
gemifloxacin 320 mg = quinolones
クロロフロキサシン点眼液0.3% = eye_antibacterial
セフロキサジン水和物 = cephalosporins
セフクロピボキシル細粒小児用10% = cephalosporins
cefoselis 1 g injection = cephalosporins
アズロシリン注射用1g = penicillins
azlocillin = penicillins
トモペネム点滴静注用 = carbapenems
スロペネムエトザドロキシル =
スロペネム錠 = beta_lactams
ソリスロマイシン錠 = macrolides
エラバサイクリン点滴静注用50mg = tetracyclines
omadacycline 150 mg = tetracyclines
コンテゾリド錠 = oxazolidinones
セクニダゾール顆粒 = nitroimidazoles
オテセコナゾール = azole_antifungals
オテセコナゾールクリーム1% = topical_antifungals
rezafungin 200 mg = echinocandins
ペンシクロビル = anti_herpes
カボテグラビル = anti_hiv
オルブマブ皮下注150mgペン = monoclonal_antibodies
フルオロマブ点滴静注 = monoclonal_antibodies
retifanlimab-dlwr 500 mg = monoclonal_antibodies
ノバタマブ デルクステカン点滴静注用100mg = antibody_drug_conjugates
fooximab vedotin = antibody_drug_conjugates
サボリチニブ錠 = kinase_inhibitors
savolitinib 200 mg tablet = kinase_inhibitors
ポボルシチニブ = jak_inhibitors
povorcitinib 15 mg = jak_inhibitors
ダルピシクリブ = cdk46_inhibitors
フズロパリブカプセル = parp_inhibitors
サトラプラチン = platinum_agents
ラロタキセル = taxanes
アルドキソルビシン = anthracyclines
オブキタゲンオートルユーセル = antineoplastics
ランジオノロール = beta_blockers
nipradinolol = beta_blockers
トリマゾシン錠 =
テモカプリル = ace_inhibitors
ヒドロフルメチアジド = thiazides
リキシバプタン = vasopressin_antagonists
ロナフィブラート = fibrates
エフペグセナチド = glp1_agonists
オルパドロン酸 = bisphosphonates
カルプロフェン錠 = nsaids
スドキシカム = nsaids
ポルマコキシブ = coxibs
カルフェンタニル = opioids
クリソガバリン = gabapentinoids
ソマトリプタン = triptans
ザベゲパント点鼻 =
ネビカポン = comt_inhibitors
ガンスチグミン = cholinesterase_inhibitors
セルトレキサント = orexin_antagonists
タシメルテオン = melatonin_agonists
カマゼパム錠 = benzodiazepines
アジナゾラム = benzodiazepines
アロバルビタール散 = barbiturates
オクトリプチリン = tricyclics
レリセトロン = serotonin_5ht3_antagonists
ベスチピタント = nk1_antagonists
アナプラザン錠 = p_cab
テナトプラゾール = ppi
デクスランソプラゾール = ppi
バンブテロール = beta2_agonists
ノベラタジン = antihistamines
ポビルカスト = leukotriene_antagonists
シメトロピウム = anticholinergics
ロデナフィル = pde5_inhibitors
レタキサバン = doacs
セムロパリン = heparins
エリノグレル = antiplatelets
パミテプラーゼ = thrombolytics
エナロデュスタット錠 = hif_ph_inhibitors
エフラペグラスチム = colony_stimulating_factors
アリカカイン = local_anesthetics
アリフルラン = inhaled_anesthetics
柴葛解肌湯エキス顆粒 = kampo
ツムラ加味四物湯 7.5g 分3 = kampo
レルカニジピン10mg・フェノサルタン20mg = dihydropyridines arbs
fenosartan/levodipine = arbs dihydropyridines
"""
CONDITIONS = """
右肺上葉腺癌 = thoracic_cancer
胆管細胞がん = hepatobiliary_pancreatic_cancer
膵頭部神経内分泌癌 = hepatobiliary_pancreatic_cancer
S状結腸粘液癌 = digestive_cancer
胃噴門部未分化癌 = digestive_cancer
尿膜管癌 = malignant_neoplasm
副腎癌 = malignant_neoplasm
涙腺癌 = malignant_neoplasm
転移性副腎腫瘍 = malignant_neoplasm
卵管漿液性癌 = gynecologic_cancer
良性耳下腺腫瘍 = benign_neoplasm
松果体部腫瘍 = ch_neoplasm
小脳腫瘍 = nervous_system_tumor
回腸腫瘍 = digestive_neoplasm
滑膜肉腫 = sarcoma
有毛細胞白血病 = hematologic_malignancy
毛様細胞性星細胞腫 =
右大腿骨遠位端骨折 = limb_fracture_lower
左第5中手骨骨折 = limb_fracture_upper
足指骨骨折 = limb_fracture_lower
第7頸椎棘突起骨折 = trunk_fracture
頬骨弓骨折 = facial_bone_fracture
側頭骨骨折 = fracture
右肩関節後方脱臼 =
右肩関節脱臼 = dislocation
右母指MP関節捻挫 = sprain
左前胸部打撲 = contusion
右示指切創 = open_wound
右前腕熱傷 = burn_group
右耳内異物 = foreign_body
好酸球性胃腸炎 = ch_digestive
リンパ球性胃炎 = gastroduodenal_disease
膠原線維性大腸炎 = intestinal_disease
自己免疫性下垂体炎 = pituitary_disease
IgG4関連硬化性胆管炎 = biliary_disease
壊疽性胆嚢炎 = biliary_disease
剥離性間質性肺炎 = lung_disease
閉塞性細気管支炎 = airway_disease
ウイルス性胸膜炎 = pleural_disease
萎縮性鼻炎 = upper_airway_disease
半月体形成性糸球体腎炎 = glomerular_disease
間質性膀胱炎 = bladder_disease
非細菌性前立腺炎 = prostate_disease
巨細胞性心筋炎 = myocardial_disease
滲出性収縮性心膜炎 = pericardial_disease
橋本脳炎 = brain_disease
肥厚性硬膜炎 = ch_nervous
横断性脊髄炎 = spinal_cord_disease
貨幣状皮膚炎 = dermatitis_group
巨大乳頭結膜炎 = conjunctival_disease
点状表層角膜炎 = corneal_disease
壊死性強膜炎 = ch_eye
真珠腫性中耳炎 = middle_ear_disease
回帰性関節炎 = joint_disease
石灰沈着性腱炎 = soft_tissue_disease
封入体筋炎 = muscle_disease
SAPHO関連骨炎 = bone_disease
急性化膿性甲状腺炎 = thyroid_disease
腎サンゴ状結石 =
尿管結石症 = urinary_tract_disease
肝内結石症 = biliary_disease
前立腺結石 = prostate_disease
左総腸骨動脈狭窄 = peripheral_vascular_disease
脳底動脈閉塞症 = cerebrovascular_disease
声門下気管狭窄 = airway_disease
鼻涙管閉塞症 = lacrimal_disease
肺動脈弁狭窄症 = valvular_heart_disease
短腸症候群 = intestinal_disease
回腸潰瘍 = intestinal_disease
膵嚢胞 = pancreatic_disease
脾膿瘍 = spleen_disease
三尖弁閉鎖不全症 = valvular_heart_disease
動眼神経麻痺 = cranial_nerve_disease
鉄芽球性貧血 = blood_disease
手の変形性関節症 = joint_disease
腹壁ヘルニア = hernia
閉鎖隅角緑内障 = glaucoma_group
嗜銀顆粒性認知症 = neurocognitive_disorder
ヒトメタニューモウイルス感染症 = viral_infection
甲状腺癌術後 = malignant_neoplasm
肝移植後 = transplant_state
malignant neoplasm of upper lobe of left lung = thoracic_cancer
Adenocarcinoma of sigmoid colon (disorder) = digestive_cancer
history of closed fracture of distal radius = limb_fracture_upper
fracture of shaft of femur = limb_fracture_lower
sprain of left knee = sprain
first degree burn of hand = burn_group
eosinophilic gastroenteritis = ch_digestive
lymphocytic hypophysitis = pituitary_disease
granulomatous mastitis = breast_disease
necrotizing scleritis = ch_eye
calculus of ureter = urinary_tract_disease
carotid artery stenosis = cerebrovascular_disease
acral lentiginous melanoma = malignant_neoplasm
hairy cell leukemia = hematologic_malignancy
"""
ALLERGENS = """
ミモザ花粉 = al_pollen
クリ花粉症 = al_pollen
hazel pollen = al_pollen
川魚 = fish
ホッケ = fish
allergy to rainbow fish = fish
クルマエビ = crustacean
ズワイガニ = crustacean
ムール貝 = mollusc
コーラナッツ = tree_nut
トチの実 = tree_nut
allergy to hickory nut = tree_nut
レンズ豆 = legume
kidney beans = legume
ラズベリー = fruit
goji berries = fruit
伊予柑 = citrus
ブロッコリー = vegetable
舞茸 = mushroom
ヨーグルト = milk
ゆで卵 = egg
歯科用合金 = metal
新しい抗生物質 = antibacterial
市販の鎮痛剤 = analgesic
昔飲んだ薬 = al_medicine
ホゲムサン錠 = al_medicine
日本脳炎ワクチン = vaccine
海外の造影剤 = contrast_medium
緑色の目薬 = eye_drops
速乾性消毒液 = antiseptic
化粧下地 = cosmetic
チンチラ = animal_dander
マルハナバチ = bee_venom
アカカビ = mold
某食品添加物 = additive
"""
#: Words that must give nothing.
TRAPS = """
m セファランチン
m セファドール
m cephadol
m アスピリン
m インスリン抵抗性
m インスリンポンプ
m インスリン様成長因子
m insulinoma
m insulin pump
m コカイン
m ロンカスツキシマブ テシリン耐性
m サイトカイン
m アポカイン
m aceglutamide
m ドキシリン
m トロンボポエチン
m レボケトコナゾール
m ホスタマチニブ
m rilzabrutinib 400 mg
m 抗フルオロマブ抗体
m anti-drug antibodies to fooximab
m フェノサルタン誘発性咳嗽
m フロキサシン耐性菌
m フェノサルタン血中濃度測定
m サルタン
m マブ
m シラスタチン
m ナイスタチン
m ウリナスタチン
m 鉄
m アルコール
m 白湯
m 生姜湯
m 帯状疱疹ワクチン
m インフルエンザ予防接種
m ランジオノロール点耳
m ketoprofencream
m スプロフェン軟膏
m パリン
m エイプリル
m 石原
m 森
m 森永
m 湯川
m 箱根湯本
m 鉄分
m 鉄欠乏
m ワーファリン手帳
m アルコール綿
m プリン体
m インスリン分泌能
m 抗血小板薬手帳
m サルタンドレッシング
m afternoon tea
c 川崎病
c 偽痛風
c 偽腫瘍
c 前癌
c 抗癌
c 心的外傷
c 甲状腺腫
c 脳貧血
c 偽性脳腫瘍
c 耳介軟骨膜炎
c 眼窩蜂窩織炎
c 妊娠高血圧腎症
c 皮膚粘膜眼症候群
c 肝腎症候群
c pulmonary vascular disease
c congenital dislocation of hip
c 境界悪性腫瘍
c 上皮内癌
c 先天性股関節脱臼
c 肘内障亜脱臼
c 急性肺損傷
c 薬物性肝損傷
c アルコール中毒
c 食中毒
c 水中毒
c 視野狭窄
c 肝肺症候群
c 肝周囲炎
c 虫垂周囲炎
c リンパ節炎
c 消炎
c アレルギー性炎
c 燃え尽き症候群
c 前立腺癌検診
c 癌の家族歴
c 家族歴：肺腺癌
c 父：膵癌
c 肺炎予防接種
c 脳炎後遺症
c 骨折リスク
c 骨折なし
c 肺腺癌は否定
c 癌恐怖症
c 発がん
c 腫瘍マーカー高値
c 強迫神経症
c 水腎症
c 尿管ステント結石
c リンパ腫様丘疹症
c 仮性認知症
c pseudodementia
c pseudolymphoma
c photophobia
c heartburn
c fear of cancer
c family history of lung cancer
c no fracture of the femur
c risk of fracture
c cancer screening
c carcinoma in situ
c food poisoning
c cat eye syndrome
c lung cancer vaccine
c 川崎
c 石原
c 森
c 石
c 鉄
c アルコール
c ワーファリン
c 癌研
c 癌年齢
c 腫瘍内科
c 炎症反応
c 炎天下
c 骨折り損
c 骨折線なし
c 骨折予防
c 糖尿病教室
c 家族に膵癌
c 症候群ではない
c at risk for fracture
a 農薬
a 火薬
a 手錠
a ドーナッツ
a タイガーナッツ
a butter nut
a クコの実
a ケシの実
a 金魚
a 熱帯魚
a 伊豆
a 血豆
a コーヒー豆
a 食器用洗剤
a 柔軟剤
a 鼻茸
a jelly beans
a star fish
a dough nut
a 花粉以外なし
a 川魚は問題ない
a ナッツフリー
a 川崎
a 佐藤
a 石原
a 森
a 森林
a 犬山
a 魚住
a 貝塚
a 卵巣
a 薬剤師
a 薬師寺
a 桃子
a 猫舌
a 豆腐屋
a 牛乳石鹸
a 金属音
a 造影剤なし
a 目薬なし
"""


def table(text: str, kind: str) -> list[tuple[str, str, set[str]]]:
    found = []
    for line in text.strip().splitlines():
        words, _, ids = line.partition(" =")
        found.append((kind, words, {f"{_KIND_OF[kind]}:{i}" for i in ids.split()}))
    return found


TABLE = [*table(MEDICINES, "m"), *table(CONDITIONS, "c"), *table(ALLERGENS, "a")]
TRAP_ROWS = [(line[0], line[2:]) for line in TRAPS.strip().splitlines()]


def codes_of(kind: str, words: str) -> set[str]:
    return {hit.code for hit in fall_back(KINDS[kind], fold(words))}


@pytest.mark.parametrize(("kind", "words", "codes"), TABLE, ids=[f"{k} {w}" for k, w, _ in TABLE])
def test_what_is_not_listed_becomes_its_class_category_or_group(kind: str, words: str, codes: set[str]) -> None:
    assert codes_of(kind, words) == codes


@pytest.mark.parametrize(("kind", "words"), TRAP_ROWS, ids=[f"{k} {w}" for k, w in TRAP_ROWS])
def test_what_only_looks_like_it_gives_nothing(kind: str, words: str) -> None:
    assert codes_of(kind, words) == set()


def test_the_tables_are_large_enough() -> None:
    assert sum(bool(codes) for _, _, codes in TABLE) >= 120
    assert len(TRAP_ROWS) >= 60


def test_every_id_in_the_data_exists_and_is_broad() -> None:
    data = fallback_data()
    medicine, condition = data["medicine"], data["condition"]
    classes = {*medicine["names"].values(), *medicine["wider"].values(), *medicine["gives_way"], *medicine["left_out"]}
    classes |= {name for names in medicine["gives_way"].values() for name in names} | set(medicine["wider"])
    classes |= {name for place in medicine["local"].values() for pair in place["classes"].items() for name in pair}
    columns = {head["field"] for head in condition["head"].values() if "field" in head}
    conditions = {row[c] for row in condition["place"].values() for c in columns if c in row}
    conditions |= {head["alone"] for head in condition["head"].values() if "alone" in head}
    conditions |= {name for head in condition["head"].values() for name in head.get("instead", {}).values()}
    conditions |= set(condition["endings"].values())
    allergens = {group["to"] for group in data["allergen"]["group"]}
    codes = {f"class:{i}" for i in classes if i} | {f"condition:{i}" for i in conditions}
    assert (codes | {f"allergen:{i}" for i in allergens}) - broad_codes() == set()


def test_the_data_of_conditions_refer_to_each_other() -> None:
    condition = fallback_data()["condition"]
    assert {p for head in condition["head"].values() for p in head.get("only", ())} <= set(condition["place"])
    for column in {head["field"] for head in condition["head"].values() if "field" in head}:
        for language in ("ja", "en"):
            words = [word for place in condition["place"].values() if column in place for word in place[language]]
            assert [word for word in words if words.count(word) > 1] == [], column
    for name, head in condition["head"].items():
        assert "field" in head or "alone" in head, name
        assert head["ja"] or head["en"], name
        assert set(head) <= {"ja", "en", "field", "alone", "anywhere", "acute", "instead", "but", "only", "inside"}, (
            name
        )


#: Listed medicines of which a broader truth than their own classes is told: every antibody is an antibody.
_ALSO_TRUE = {"class:monoclonal_antibodies", "class:cholinesterase_inhibitors"}


def test_no_stem_contradicts_a_listed_medicine() -> None:
    """A stem that is wrong for one medicine that we know is wrong for others: it goes, or the name is written down."""
    vocabulary, wrong = load_vocabulary(), []
    for row in rows("medicines"):
        broader = {*vocabulary.ancestors(f"medicine:{row['id']}"), *_ALSO_TRUE}
        for name in (row["ja"], row["en"], *listed(row["brands"]), *listed(row["synonyms"])):
            if codes_of("m", name) - broader and not re.search("・|配合| and |/|valerate|piconol", name):
                wrong.append((name, codes_of("m", name)))
    assert wrong == []


#: What stands in one chapter and is truly said in another: a foreign body of the ear is a foreign body.
_TRUE_ELSEWHERE = re.compile(
    "異物|foreign body|外傷|摘出後|術後|既往|history of|腹膜炎|peritonitis|laceration|pharyngitis|thyroid adenoma"
)


def test_what_a_listed_condition_would_fall_back_to_is_about_the_same_part_of_the_body() -> None:
    """The names of the vocabulary itself are the largest table of examples: a chapter or a body system is shared."""
    vocabulary, wrong, seen = load_vocabulary(), [], 0
    for row in rows("conditions"):
        own = _about(f"condition:{row['id']}")
        for name in (row["ja"], row["en"], *listed(row["synonyms_ja"]), *listed(row["synonyms_en"])):
            for code in codes_of("c", name):
                seen += 1
                kind = {"condition:benign_neoplasm", "condition:malignant_neoplasm"}
                both = kind & {*vocabulary.ancestors(code), *vocabulary.ancestors(f"condition:{row['id']}")}
                if (not own & _about(code) and not _TRUE_ELSEWHERE.search(name)) or both == kind:
                    wrong.append(f"{name} ({row['id']}): {code}")
    assert seen > 3000
    assert wrong == []


def _about(code: str) -> set[str]:
    vocabulary = load_vocabulary()
    chapters = {a for a in vocabulary.ancestors(code) if not vocabulary.terms[a].parents}
    return chapters | vocabulary.systems_of(code)


_WORDS = st.sampled_from(
    [line.split(" =")[0] for text in (MEDICINES, CONDITIONS, ALLERGENS) for line in text.strip().splitlines()]
    + [words for _, words in TRAP_ROWS]
    + [
        "・",
        "、",
        "/",
        " ",
        "(",
        ")",
        "の疑い",
        "なし",
        "右",
        "性",
        "症",
        "錠",
        "of",
        "10mg",
        "炎",
        "癌",
        "花粉",
        "父の",
        "マブ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS | st.text(max_size=6), max_size=5).map("".join), st.sampled_from("mca"), st.booleans())
def test_whatever_is_written_only_classes_and_groups_come_out(text: str, kind: str, of_family: bool) -> None:
    folded = fold(text)
    for hit in fall_back(KINDS[kind], folded, of_family):
        assert hit.code in broad_codes()
        assert not hit.code.startswith("medicine:")
        assert 0 <= hit.start <= hit.told_at <= hit.end <= len(folded)
        assert load_vocabulary().terms[hit.code].kind in KINDS[kind]


ENTRIES: list[tuple[dict[str, Any], set[str]]] = [
    ({"medications": ["フェノサルタンOD錠20mg「サワイ」"]}, {"class:arbs active"}),
    ({"medications": [{"name": "フェノサルタン", "status": "中止"}]}, {"class:arbs stopped"}),
    ({"medications": ["フェノサルタン錠20mg 休薬中"]}, {"class:arbs stopped"}),
    ({"medications": ["フェノサルタン", "アムロジピン"]}, {"class:arbs active", "medicine:amlodipine active"}),
    ({"conditions": ["右肺上葉大細胞癌の疑い"]}, {"condition:thoracic_cancer suspected"}),
    ({"conditions": ["suspected renal papillary carcinoma"]}, {"condition:urologic_cancer suspected"}),
    ({"conditions": ["リンパ球性胃炎"]}, {"condition:gastroduodenal_disease active"}),
    ({"conditions": [{"name": "リンパ球性胃炎", "status": "resolved"}]}, {"condition:gastroduodenal_disease past"}),
    ({"conditions": ["右剣状突起骨折"]}, {"condition:fracture past"}),
    ({"conditions": ["右剣状突起骨折なし"]}, set()),
    ({"family_history": ["父 尿膜管癌"]}, {"condition:malignant_neoplasm family"}),
    ({"allergies": ["ミモザ亜科花粉"]}, {"allergy allergen:al_pollen active"}),
    ({"allergies": [{"substance": "フェノサルタン", "reaction": "発疹"}]}, {"allergy class:arbs active"}),
    ({"notes": "【処方】フェノサルタン20mg 1錠 朝食後"}, {"class:arbs active"}),
    ({"notes": "昨日フェノサルタンの説明会に出た。"}, set()),
]


@pytest.mark.parametrize(("content", "facts"), ENTRIES, ids=[str(c) for c, _ in ENTRIES])
def test_an_entry_that_is_not_listed_is_stated_as_what_it_is_part_of(content: dict[str, Any], facts: set[str]) -> None:
    assert facts_of(**content) == facts
    assert sheet_of({"patient": {}, **content}).unlisted == () or not facts


def test_a_note_outside_its_list_of_medicines_does_not_fall_back() -> None:
    assert in_note("フェノサルタンについて質問あり") == set()


def test_what_still_is_not_known_is_counted() -> None:
    content = {"patient": {}, "conditions": ["ゲルペラ病"], "medications": ["ホゲムサン"], "allergies": ["ポニョ草"]}
    sheet = sheet_of(content)
    assert sheet.facts == ()
    assert [u.section for u in sheet.unlisted] == ["condition", "medicine", "allergy"]


def test_the_word_of_a_fallback_is_told_with_its_reason() -> None:
    (match,) = look_up("フェノサルタン", load_vocabulary())
    assert (match.term.code, match.how, match.because) == ("class:arbs", "fallback", "..サルタン")
    (match,) = look_up("アムロジピン", load_vocabulary())
    assert (match.how, match.because) == ("exact", "")
