"""Medicines in notes: taken, stopped, changed, offered, or somebody else's."""

# ruff: noqa: E501 - a table with wide letters, a row a line

from __future__ import annotations

import pytest
from tests.medical.reading import in_note

NOTES = [
    ("アムロジピン5mg 1錠 朝食後", "medicine:amlodipine active"),
    ("ワーファリンは3月で中止した。", "medicine:warfarin stopped"),
    ("アムロジピンをアジルサルタンに変更した。", "medicine:amlodipine stopped, medicine:azilsartan active"),
    ("メトホルミンを増量。", "medicine:metformin active"),
    ("フロセミドを20mgから40mgへ増量した。", "medicine:furosemide active"),
    ("プレドニゾロンを10mgから5mgへ減量。", "medicine:prednisolone active"),
    ("ロキソニンは頓用で。", "medicine:loxoprofen active"),
    ("SGLT2阻害薬の導入を検討。", ""),
    ("スタチンは希望されず。", ""),
    ("リリカ開始したがふらつきで中止。", "medicine:pregabalin stopped"),
    ("エリキュースへ切り替え。", "medicine:apixaban active"),
    ("プラビックスは内服していない。", ""),
    ("近医でアロプリノールを処方されている。", "medicine:allopurinol active"),
    ("他院よりリーゼ処方あり。", "medicine:clotiazepam active"),
    ("夫のアムロジピンを誤って内服した。", ""),
    ("市販のイブを時々飲む。", "medicine:ibuprofen_otc active"),
    ("Metformin 500 mg bid, lisinopril 10 mg daily.", "medicine:lisinopril active, medicine:metformin active"),
    ("Stopped simvastatin due to myalgia.", "medicine:simvastatin stopped"),
    ("Switched from warfarin to apixaban in March.", "medicine:apixaban active, medicine:warfarin stopped"),
    ("Aspirin was held before surgery and restarted.", "medicine:aspirin active"),
    ("Declined statin therapy.", ""),
    ("We plan to start methotrexate.", ""),
    ("Completed a 7-day course of levofloxacin.", "medicine:levofloxacin stopped"),
    ("Continue levothyroxine 50 mcg.", "medicine:levothyroxine active"),
    ("Takes ibuprofen as needed.", "medicine:ibuprofen active"),
    ("He is no longer taking digoxin.", "medicine:digoxin stopped"),
    ("No aspirin.", ""),
    ("Avoid NSAIDs.", ""),
    ("処方：タケキャブ20 1T1x、ロスバスタチン2.5 1T1x", "medicine:rosuvastatin active, medicine:vonoprazan active"),
    ("内服：なし", ""),
    ("持参薬：ニフェジピンCR20mg、オルメテック10mg\n中止薬：バイアスピリン", "medicine:aspirin stopped, medicine:nifedipine active, medicine:olmesartan active"),
    ("関節リウマチに対しMTX 8mg/週", "condition:rheumatoid_arthritis active, medicine:methotrexate active"),
    ("高血圧：アムロジピン5mg", "condition:hypertension active, medicine:amlodipine active"),
    ("パーキンソン病でメネシット内服中", "condition:parkinson_disease active, medicine:levodopa_carbidopa active"),
    ("不眠に対しマイスリー5mg", "condition:insomnia active, medicine:zolpidem active"),
    ("プラリア皮下注 6か月毎", "medicine:denosumab active"),
    ("セフトリアキソン点滴7日間で軽快し終了。", "medicine:ceftriaxone stopped"),
    ("カロナール500mg 疼痛時、指示あり", "medicine:acetaminophen active"),
    ("サルブタモール吸入 増悪時", "medicine:salbutamol active"),
    ("MET 1000 2x、グリメピリド1mg", "medicine:glimepiride active, medicine:metformin active"),
    ("抗血小板薬：BA 100 1T", "medicine:aspirin active"),
    ("COPD (GOLD 3)、スピリーバ吸入", "condition:copd active, medicine:tiotropium active"),
    ("テルミサルタンは手術当日の朝は中止。", "medicine:telmisartan active"),
    ("レパーサを4週ごとに皮下注で行っています。", "medicine:evolocumab active"),
    ("高尿酸血症…フェブリク20mg", "condition:hyperuricemia active, medicine:febuxostat active"),
    ("痛い時カロナールを適宜使用", "medicine:acetaminophen active"),
    ("内服は、マグミット、ムコスタは胃もたれのため中止。", "medicine:magnesium_oxide active, medicine:rebamipide stopped"),
    ("処方：プレガバリン→眠気で×、デュロキセチン20mg", "medicine:duloxetine active, medicine:pregabalin stopped"),
    ("エンブレルは期限切れで廃棄。", ""),
    ("Letrozole replaced tamoxifen last spring.", "medicine:tamoxifen stopped"),
    ("We considered digoxin but did not start it.", ""),
    ("昨年まで禁煙のためチャンピックスを内服していた。", ""),
    ("ニボルマブは候補となります。", ""),
    ("【中止歴】リリカ、サインバルタ", "medicine:duloxetine stopped, medicine:pregabalin stopped"),
    ("[パートナー] ツルバダ服用", ""),
    ("◆夫：アムロジピン5mg", ""),
    ("Q 飲んでいる薬 → カンデサルタン8mg朝", "medicine:candesartan active"),
    ("アレルギー：スギ花粉で鼻炎、ビラノア20mg", "allergy allergen:cedar_pollen active, condition:allergic_rhinitis active, medicine:bilastine active"),
    ("HOT 2L/分", "condition:home_oxygen active, medicine:oxygen active"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), NOTES, ids=[text for text, _ in NOTES])
def test_a_note_gives_the_medicines_that_it_tells_of(text: str, facts: str) -> None:
    assert in_note(text) == set(facts.split(", ") if facts else [])
