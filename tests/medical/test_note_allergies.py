"""Allergies in notes: what a person reacted to, what is said to be none, and whose it is."""

# ruff: noqa: E501 - a table with wide letters, a row a line

from __future__ import annotations

import pytest
from tests.medical.reading import in_note

NOTES = [
    ("Allergic rhinitis (cat, mugwort): montelukast 10 mg", "allergy allergen:cat active, allergy allergen:mugwort_pollen active, condition:allergic_rhinitis active, medicine:montelukast active"),
    ("卵アレルギー、現在も食べていない", "allergy allergen:egg active"),
    ("Peanut anaphylaxis, resolved in the ED after epinephrine", "allergy allergen:peanut active"),
    ("クラビットで蕁麻疹、検査は陰性", "allergy medicine:levofloxacin active"),
    ("副作用歴・アレルギー歴：そば×", "allergy allergen:buckwheat active"),
    ("アレルギー　小麦でじんましん（幼少、現在は普通に食べている）", ""),
    ("アレルギー：卵白で口周囲発赤（現在は全卵まで摂取可）", ""),
    ("食物アレルギー：キウイは以前×だったが昨年解除になった。", ""),
    ("アレルギー：エビと言われたが検査では陰性で関連はなさそう。", ""),
    ("パッチテスト：ニッケル(++)、コバルト(+)、ラテックス(-)", "allergy allergen:metal_cobalt active, allergy allergen:metal_nickel active"),
    ("ｱﾚﾙｷﾞｰ: ダニ cl6、落花生 cl4", "allergy allergen:dust_mite active, allergy allergen:peanut active"),
    ("アレルギー：卵・ソバなどの食物は問題ございません。", ""),
    ("ALG: メイアクトで下痢のみ", ""),
    ("アレルギー：セフトリアキソン点滴で血圧低下", "allergy medicine:ceftriaxone active"),
    ("【家族】長男より「モルヒネでひどい蕁麻疹が出た」", "allergy medicine:morphine active"),
    ("Allergy: fire ant sting; EpiPen expired.", "allergy allergen:fire_ant active"),
    ("クラリスドライシロップで蕁麻疹", "allergy medicine:clarithromycin active"),
    ("Dipyrone (母国で) でshock歴あり", "allergy medicine:sulpyrine active"),
    ("アレルギー：そば、キウイ", "allergy allergen:buckwheat active, allergy allergen:kiwi active"),
    ("アレルギー歴　ペニシリンで蕁麻疹", "allergy allergen:penicillin active"),
    ("セフェム系で薬疹の既往あり。", "allergy allergen:cephem active"),
    ("エビを食べると口がかゆくなる。", "allergy allergen:shrimp active"),
    ("以前ロキソニンを内服し顔面浮腫が出現した。", "allergy medicine:loxoprofen active"),
    ("ピリン系薬剤で発疹歴あり。", "allergy allergen:pyrazolone active"),
    ("造影剤でショックになったことがある。", "allergy allergen:contrast_medium active"),
    ("カニ・エビ禁（蕁麻疹）", "allergy allergen:crab active, allergy allergen:shrimp active"),
    ("薬アレルギー：クラビット（発疹）、食物：なし", "allergy medicine:levofloxacin active"),
    ("アレルギー：(+) 青魚", "allergy allergen:blue_fish active"),
    ("アレルギー：薬剤なし、食物 卵", "allergy allergen:egg active"),
    ("卵は食べられるようになった。", ""),
    ("アレルギーなし。卵は除去していたが解除済。", "allergy_status:none_known active"),
    ("ラテックスアレルギーなし。", ""),
    ("アルコール綿でかぶれる。", "allergy allergen:alcohol active"),
    ("絆創膏でかぶれやすい。", "allergy allergen:adhesive_tape active"),
    ("バファリンで喘息発作を起こしたことあり。", "allergy medicine:aspirin active"),
    ("アセトアミノフェンは使用可。NSAIDsで喘息発作。", "allergy allergen:nsaid active"),
    ("ヨード造影剤アレルギーの疑い。", "allergy allergen:iodine_contrast suspected"),
    ("アモキシシリン内服3日目に全身に紅斑が出現。", "allergy medicine:amoxicillin active"),
    ("ミノマイシンでめまいがあったがアレルギーではない。", ""),
    ("ペニシリンアレルギーの申告あるも皮内反応陰性。", ""),
    ("母が卵アレルギー。本人は問題なし。", ""),
    ("セレコックス→薬疹", "allergy medicine:celecoxib active"),
    ("既往：気管支喘息。アレ：キシロカイン（ショック）", "allergy medicine:lidocaine active, condition:asthma active"),
    ("NKDA, no food allergies", "allergy_status:none_known active"),
    ("Allergies: penicillin (rash), shellfish (anaphylaxis), latex", "allergy allergen:latex active, allergy allergen:penicillin active, allergy allergen:shellfish active"),
    ("Allergic to sulfa drugs - hives.", "allergy allergen:sulfa active"),
    ("She develops hives with amoxicillin.", "allergy medicine:amoxicillin active"),
    ("Codeine makes him itch.", "allergy medicine:codeine active"),
    ("Reports anaphylaxis to peanuts as a child.", "allergy allergen:peanut active"),
    ("He tolerates cephalosporins well.", ""),
    ("No known drug allergies. Eats shrimp without problems.", "allergy_status:none_known active"),
    ("Allergies: none known", "allergy_status:none_known active"),
    ("ALL: NKDA", "allergy_status:none_known active"),
    ("Penicillin allergy was excluded by oral challenge.", ""),
    ("Adverse reactions: vancomycin - red man syndrome, not allergic.", ""),
    ("Mother is allergic to penicillin.", ""),
    ("ロキソニン、ボルタレンで蕁麻疹あり。カロナールは可。", "allergy medicine:diclofenac active, allergy medicine:loxoprofen active"),
    ("桃、りんご、さくらんぼで口腔内違和感。", "allergy allergen:apple active, allergy allergen:cherry active, allergy allergen:peach active"),
    ("インフルエンザワクチン接種後に発熱したがアレルギーなし。", ""),
    ("ゴム手袋で手が痒くなる", "allergy allergen:latex active"),
    ("禁忌：アスピリン（喘息）", "allergy medicine:aspirin active"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), NOTES, ids=[text for text, _ in NOTES])
def test_a_note_gives_the_allergies_that_it_tells_of(text: str, facts: str) -> None:
    assert in_note(text) == set(facts.split(", ") if facts else [])
