"""`streamlit run app.py`: the same app as `sekisho ui`. Flags stand behind two dashes: `... app.py -- --lang ja`."""

from sekisho.ui.main import main

main()
